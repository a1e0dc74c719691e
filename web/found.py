"""From what a search found to what its page shows: results by episode, filters, and what to try next."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from companion import exercises as practice
from companion.store import Found, Hit, Match, Query, Store
from companion.store.search import nearest, topic
from companion.themes import themes
from web import cards, links
from web.deps import Visit
from web.pages.search import Facet, Group, Mended, Nothing, Option, SearchPage, Section

T = TypeVar("T")

KINDS = ("moments", "passages", "episodes", "exercises")
_OF_EPISODE = 3  # results of one kind in one episode, so that none floods the page
_GROUPS = {"moments": 5, "passages": 5, "episodes": 4}  # on the page of all kinds
_ONLY = 12  # groups on a page of one kind
_OPTIONS = 6  # of a facet
_LIKE = 0.7  # from 0 to 1: how like a name has to be to be the one that was meant


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """What the address of a search holds: the query, one kind of result or None, exactness, and the page from 1."""

    query: Query
    only: str | None
    exact: bool
    page: int

    def to(self, query: Query, *, only: str | None = None, page: int = 1) -> str:
        """The address of another search as exact as this one."""
        return links.search(str(query), only=only, exact=self.exact, page=page)


def results(visit: Visit, address: Address, found: Found) -> SearchPage:
    """The page of results."""
    query = found.query

    def section(name: str, matches: tuple[Match, ...], made: Callable[[Hit], T]) -> tuple[Section[T], bool]:
        if address.only not in (None, name):
            return Section(groups=(), total=len(matches), all=None), False
        grouped = _by_episode(matches)
        size = _ONLY if address.only else _GROUPS[name]
        first = (address.page - 1) * size if address.only else 0
        left = len(grouped) > first + size
        shown = Section(
            groups=tuple(_group(visit.store, address, query, made, some) for some in grouped[first : first + size]),
            total=len(matches),
            all=address.to(query, only=name) if left and not address.only else None,
        )
        return shown, left

    moments, more_moments = section("moments", found.moments, visit.cards.found_moment)
    passages, more_passages = section("passages", found.passages, visit.cards.passage)
    episodes, more_episodes = section("episodes", found.notes, cards.found_notes)
    beyond = address.only is not None and (more_moments or more_passages or more_episodes)
    exercises = practice.exercises()
    return SearchPage(
        site=visit.site,
        text=str(address.query),
        asked=query.text,
        started=not address.query.empty,
        filters=_filters(visit.store, address, query),
        total=found.total - len(found.exercises),
        capped=found.capped,
        mended=_mended(address, found),
        also=tuple(Option(label=word, href=address.to(query.with_words(f'"{word}"'))) for word in found.also),
        exactly=links.search(str(query), exact=True) if found.also else None,
        most=found.most,
        topic=topic(query),
        facets=_facets(visit, address, found),
        moments=moments,
        passages=passages,
        episodes=episodes,
        exercises=tuple(exercises[slug] for slug in found.exercises if address.only in (None, "exercises")),
        nothing=_nothing(visit.store, address) if not found.total and not address.query.empty else None,
        whole=address.to(query) if address.only else None,
        previous=address.to(query, only=address.only, page=address.page - 1) if address.page > 1 else None,
        next=address.to(query, only=address.only, page=address.page + 1) if beyond else None,
    )


def _by_episode(matches: Iterable[Match]) -> list[list[Match]]:
    """Matches of one episode together, in the order of the best of each."""
    groups: dict[str, list[Match]] = {}
    for match in matches:
        groups.setdefault(match.episode, []).append(match)
    return list(groups.values())


def _group(
    store: Store, address: Address, query: Query, made: Callable[[Hit], T], matches: Sequence[Match]
) -> Group[T]:
    most = len(matches) if query.episode is not None else _OF_EPISODE
    left = len(matches) - most
    first = matches[0]
    return Group(
        results=tuple(made(store.search.hit(match)) for match in matches[:most]),
        more=Option(label=first.title, href=address.to(replace(query, episode=first.episode)), count=left)
        if left > 0
        else None,
    )


def _filters(store: Store, address: Address, query: Query) -> tuple[Option, ...]:
    """The filters that are set, each with the search without it."""
    theme = themes().get(query.theme or "")
    labels = {
        "speaker": f"{query.speaker} speaks",
        "theme": theme.name if theme else f"theme “{query.theme}”",
        "season": f"Season {query.season}",
        "episode": _title(store, query.episode or ""),
    }
    return tuple(
        Option(
            label=label,
            href=address.to(replace(query, **{name: None})),
            theme=theme if name == "theme" else None,
        )
        for name, label in labels.items()
        if getattr(query, name) is not None
    )


def _title(store: Store, episode: str) -> str:
    found = store.feeds.some([episode])
    return found[0].title if found else f"episode “{episode}”"


def _mended(address: Address, found: Found) -> Mended | None:
    if not found.corrected:
        return None
    return Mended(
        shown=Option(label=found.query.text, href=address.to(found.query)),
        typed=Option(label=address.query.text, href=links.search(str(address.query), exact=True)),
    )


def _facets(visit: Visit, address: Address, found: Found) -> tuple[Facet, ...]:
    """What can still be chosen; on a page without a search, the themes that can be heard."""
    query = found.query
    counted = found.facets
    by_theme = counted.themes if not query.empty else visit.store.moments.counts()
    known = themes()
    some = visit.store.feeds.some(list(counted.episodes)[:_OPTIONS])
    titles = {episode.id: episode.title for episode in some}

    def facet(name: str, field: str, counts: dict[T, int], label: Callable[[T], str], most: int = _OPTIONS) -> Facet:
        options = [
            Option(
                label=label(value),
                href=address.to(replace(query, **{field: value})),
                count=n,
                theme=known[str(value)] if field == "theme" else None,
            )
            for value, n in list(counts.items())[:most]
        ]
        chosen = getattr(query, field) is not None or (len(options) < 2 and not query.empty)
        return Facet(name=name, options=() if chosen else tuple(options))

    heard = {slug: by_theme[slug] for slug in known if slug in by_theme}
    facets = (
        facet("Theme", "theme", heard, lambda slug: known[slug].name, most=len(known)),
        facet("Who speaks", "speaker", counted.speakers, str),
        facet("Season", "season", dict(sorted(counted.seasons.items())), lambda n: f"Season {n}", most=30),
        facet("Episode", "episode", counted.episodes, lambda id: titles[id]),
    )
    return tuple(one for one in facets if one.options)


def _nothing(store: Store, address: Address) -> Nothing:
    query = address.query
    spelt = _filters_meant(store, store.search.spelt(query) or query)
    loose = query.with_words(query.text.replace('"', " "))
    unfiltered = Query(terms=query.terms, without=query.without)
    return Nothing(
        spelling=Option(label=str(spelt), href=links.search(str(spelt))) if spelt != query else None,
        unquoted=Option(label=loose.text, href=address.to(loose)) if loose.terms != query.terms else None,
        theme=nearest(query),
        unfiltered=Option(label=query.text, href=address.to(unfiltered)) if query.filtered and query.terms else None,
    )


def _filters_meant(store: Store, query: Query) -> Query:
    """A query with a theme or a voice that is here, where nobody has the one that was asked for but one is like it."""
    if query.theme is not None and query.theme not in themes():
        theme = nearest(Query(theme=query.theme))
        query = replace(query, theme=theme.slug if theme else query.theme)
    if query.speaker is not None and query.terms:
        voices = store.search.find(replace(query, speaker=None)).facets.speakers
        names = {name.casefold(): name for name in voices}
        near = get_close_matches(query.speaker.casefold(), names, n=1, cutoff=_LIKE)
        query = replace(query, speaker=names[near[0]] if near else query.speaker)
    return query
