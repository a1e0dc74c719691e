"""How figures and dates are put into words on the pages."""

from datetime import datetime

from companion.themes import Theme

# Themes with a drawing of their own in templates/_shapes.html; any other wears the one of its kind.
SHAPES = frozenset(
    {
        "leaning-in",
        "validation",
        "naming-the-block",
        "taking-turns",
        "past-wounds",
        "resentment",
        "validation-means-agreement",
        "control-and-correction",
        "shutting-down",
        "anxious-attachment",
        "avoidant-attachment",
    }
)


def day(moment: datetime) -> str:
    """13 Oct 2026."""
    return f"{moment.day} {moment:%b %Y}"


def minutes(seconds: float) -> str:
    """'42 min', '1 h 5 min'; what is shorter than a minute is said in seconds."""
    if seconds < 60:
        return f"{round(seconds)} s"
    hours, rest = divmod(round(seconds / 60), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def shape(theme: Theme) -> str:
    """The id of the drawing that marks a theme."""
    return f"shape-{theme.slug if theme.slug in SHAPES else theme.kind}"
