"""Which theme somebody may be looking for, by its name or by the thesaurus' words for it."""

from companion.store.search.language import Query, theme_slug
from companion.themes import Theme, themes
from companion.thesaurus import thesaurus

_NAME = 4  # letters from which the beginning of a theme's name is meant as one
_TELLING = 5  # letters; shorter words are near too many others
_ALIKE = 76  # of 100, rapidfuzz's similarity


def topic(query: Query) -> Theme | None:
    """The theme that a query's words are a name for, None if they are none or more than a name."""
    if not query.terms or query.filtered or len(query.text) < _NAME:
        return None
    known = themes()
    if (slug := theme_slug(query.text.replace('"', " "))) in known:
        return known[slug]
    words = [word for term in query.terms for word in term.words]
    return next((known[one.theme] for one in thesaurus().families_of(words) if one.theme), None)


def nearest(query: Query) -> Theme | None:
    """The theme that is nearest to a query which found nothing, by any of its words or by its spelling."""
    from rapidfuzz import fuzz, process

    known = themes()
    for term in query.terms:
        for family in thesaurus().families_of(term.words):
            if slug := family.theme or family.near:
                return known[slug]
    names = {theme.name.lower(): theme.slug for theme in known.values()}
    names |= {" ".join(slug.split("-")): slug for slug in known}
    names |= {word: slug for name, slug in list(names.items()) for word in name.split() if len(word) >= _TELLING}
    names |= {word: family.theme for family in thesaurus().families if family.theme for word in family.words}
    asked = query.theme if query.theme is not None and query.theme not in known else query.text
    found = (
        process.extractOne(one, list(names), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        for one in [asked.lower(), *asked.lower().split()]
        if len(one) >= _TELLING
    )
    best = max(filter(None, found), key=lambda one: one[1], default=None)
    return known[names[best[0]]] if best else None
