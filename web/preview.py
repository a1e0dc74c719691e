"""What other sites are told of a moment: link preview, facts in schema.org's words, and the player to embed."""

from typing import Any

from markupsafe import Markup

from companion.store import Audio
from companion.wording import shortened
from web import links
from web.pages.moments import Preview
from web.pages.parts import MomentCard, Site

WIDTH, HEIGHT = 600, 240  # px of the embedded player
QUOTED = 120  # letters of a moment in a title


def preview(card: MomentCard, audio: Audio | None, site: Site, origin: str) -> Preview:
    """What is told of a moment by the site at `origin` (no slash at its end)."""
    moment, episode = card.clip.moment, card.episode
    said_by = f"{moment.speaker}, in" if moment.speaker else "In"
    return Preview(
        url=origin + links.moment(moment.id),
        title=f"“{shortened(moment.quote, QUOTED)}”",
        description=f"{card.theme.name}. {said_by} “{episode.title}”"
        + (f", {site.podcast}." if site.podcast else ".")
        + " Hear it where it was said.",
        image=episode.image if episode.image and episode.image.startswith("https://") else None,
        audio=origin + links.audio(episode.id) if audio else None,
        player=origin + links.embed(moment.id),
        width=WIDTH,
        height=HEIGHT,
        oembed=origin + links.oembed(origin + links.moment(moment.id)),
        facts=_facts(card, audio, site, origin),
        code=frame(card, origin, WIDTH, HEIGHT),
    )


def frame(card: MomentCard, origin: str, width: int, height: int) -> str:
    """The HTML that puts a moment's player on a page."""
    html = Markup('<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" frameborder="0"></iframe>')
    title = f"{card.theme.name}: {shortened(card.clip.moment.quote, QUOTED)}"
    return str(html.format(origin + links.embed(card.clip.moment.id), width, height, title))


def _facts(card: MomentCard, audio: Audio | None, site: Site, origin: str) -> dict[str, Any]:
    moment, episode = card.clip.moment, card.episode
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "url": origin + links.episode(episode.id),
        "name": episode.title,
        "hasPart": {
            "@type": "Clip",
            "url": origin + links.moment(moment.id),
            "name": shortened(moment.quote, QUOTED),
            "about": card.theme.name,
            "startOffset": moment.span.start,
            "endOffset": moment.span.end,
        },
    }
    if moment.speaker:
        facts["hasPart"]["actor"] = {"@type": "Person", "name": moment.speaker}
    if site.podcast:
        facts["partOfSeries"] = {"@type": "PodcastSeries", "name": site.podcast} | (
            {"url": site.link} if site.link else {}
        )
    if episode.published:
        facts["datePublished"] = episode.published.isoformat()
    if episode.number is not None:
        facts["episodeNumber"] = episode.number
    if audio:
        facts["associatedMedia"] = {
            "@type": "AudioObject",
            "contentUrl": origin + links.audio(episode.id),
            "encodingFormat": audio.type,
            "duration": f"PT{round(audio.seconds)}S",
        }
    return facts
