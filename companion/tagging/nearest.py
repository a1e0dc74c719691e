"""The accepted line that a new one is most like: what people have said yes to, as a reason one can hear."""

import math
from collections.abc import Mapping, Sequence

from companion.tagging import cues as ear
from companion.tagging.units import Unit, turn, units

_ALIKE = 0.35  # cosine of the words from which two lines are worth naming together


class Nearest:
    """Looks up accepted lines by the cosine of their words and turns of phrase."""

    def __init__(self, accepted: Mapping[str, Sequence[str]], cues: ear.Cues) -> None:
        """`accepted` are lines by theme."""
        self._known = {
            theme: [(line, said.whole) for line, said in zip(lines, units(list(map(turn, lines)), cues), strict=True)]
            for theme, lines in accepted.items()
        }

    def line(self, theme: str, unit: Unit) -> str:
        """The nearest line of the theme, empty where none is near."""
        likeness, line = max(
            ((_cosine(unit, other), line) for line, other in self._known.get(theme, ())), default=(0.0, "")
        )
        return line if likeness >= _ALIKE else ""


def _cosine(one: Unit, other: Unit) -> float:
    first, second = ({k: v for k, v in unit.features.items() if k[:2] in ("w:", "s:")} for unit in (one, other))
    shared = sum(value * second.get(name, 0.0) for name, value in first.items())
    lengths = math.sqrt(sum(v * v for v in first.values()) * sum(v * v for v in second.values()))
    return shared / lengths if lengths else 0.0
