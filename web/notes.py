"""Show notes as a page shows them: sanitised when they came in, their times made links that play from there."""

import re

from markupsafe import Markup, escape

from companion.chapters import times_in
from companion.feeds import Episode
from web import links

# A tag to its very end, whatever its quoted attributes hold; what is not a tag is text.
_PIECE = re.compile(r"""(<(?:[^<>"']|"[^"]*"|'[^']*')*+>)|([^<]+)""")
_TAG_NAME = re.compile(r"<\s*(/?)\s*([a-zA-Z][a-zA-Z0-9]*)")
_LEFT_ALONE = frozenset({"a", "code", "pre", "script", "style", "textarea", "title"})


def playable(episode: Episode, seconds: float | None) -> Markup:
    """An episode's notes; times within its length in `seconds` (None: no audio here) lead to that second.

    Notes that do not fall into tags and text without a rest are shown as they are.
    """
    if seconds is None:
        return Markup(episode.notes)
    made, place, inside = [], 0, 0
    for piece in _PIECE.finditer(episode.notes):
        if piece.start() != place:
            return Markup(episode.notes)
        place = piece.end()
        tag, text = piece.groups()
        if tag:
            name = _TAG_NAME.match(tag)
            if name and name[2].lower() in _LEFT_ALONE:
                inside += -1 if name[1] else 1
            made.append(tag)
        else:
            made.append(text if inside > 0 else _linked(text, episode.id, seconds))
    return Markup("".join(made) if place == len(episode.notes) else episode.notes)


def _linked(text: str, id: str, seconds: float) -> str:
    made, place = [], 0
    for start, end, at in times_in(text):
        if at >= seconds:
            continue
        address = escape(links.episode(id, at))
        made += [text[place:start], f'<a href="{address}" data-seek="{at:g}">{text[start:end]}</a>']
        place = end
    return "".join([*made, text[place:]])
