"""Editorial files: TOML tables of one kind, each read into a frozen dataclass and checked against its fields."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from companion.errors import ConfigError, InvalidError

_T = TypeVar("_T")


def shipped(file: str) -> str:
    """The text of an editorial file."""
    return files("companion.editorial").joinpath(file).read_text("utf-8")


def read(
    text: str,
    *,
    file: str,
    kind: str,
    into: Callable[..., _T],
    check: Callable[[_T, tuple[_T, ...]], Iterable[str]] | None = None,
) -> tuple[_T, ...]:
    """Every `[[kind]]` table of a TOML text as an `into`, in order; `file` is the name used in complaints.

    Fields may be text, whole numbers, booleans, enumerations of text, other such dataclasses, and tuples of these; one
    with a default may be left out. A dataclass within is an inline table, or a plain text where its first field is all
    there is to say. `check` tells what is wrong with one of them beside all others. `ConfigError` names the file, the
    line where the table begins, and what is wrong with it.
    """
    try:
        tables = tomllib.loads(text).get(kind)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} cannot be read: {error}.") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{file} should hold [[{kind}]] tables.")
    found: dict[str, _T] = {}
    places = _places(text, file, kind, len(tables))
    for number, (table, place) in enumerate(zip(tables, places, strict=True), 1):
        name = str(table.get("slug") or table.get("title") or number)
        if name in found:
            raise ConfigError(f"{place}: there are two {kind}s named “{name}”.")
        try:
            found[name] = into(**_values(table, into))
        except InvalidError as error:
            raise ConfigError(f"{place}: {kind} “{name}” {error}.") from error
    if check:
        for (name, one), place in zip(found.items(), places, strict=True):
            for fault in check(one, tuple(found.values())):
                raise ConfigError(f"{place}: {kind} “{name}” {fault}.")
    return tuple(found.values())


def _places(text: str, file: str, kind: str, many: int) -> list[str]:
    """Where each table begins, for complaints: the file alone where they are not written one by one."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)]
    return [f"{file}, line {line}" for line in lines] if len(lines) == many else [file] * many


def _values(table: Mapping[str, Any], into: Callable[..., object]) -> dict[str, object]:
    hints = get_type_hints(into)
    values: dict[str, object] = {}
    for field in fields(into):  # type: ignore[arg-type]
        if field.name in table:
            values[field.name] = _value(field.name, hints[field.name], table[field.name])
        elif field.default is MISSING:
            raise InvalidError(f"lacks {field.name}")
    if unknown := table.keys() - values.keys():
        raise InvalidError(f"has {', '.join(sorted(unknown))}, which nothing reads")
    return values


def _value(name: str, hint: Any, value: object) -> object:
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_value(f"{name} {n}", get_args(hint)[0], one) for n, one in enumerate(value, 1))
    if is_dataclass(hint) and isinstance(hint, type):
        return _within(name, hint, value)
    if hint is str and isinstance(value, str) and value.strip():
        return value.strip()
    if hint in (bool, int) and type(value) is hint:
        return value
    if isinstance(hint, type) and issubclass(hint, StrEnum) and value in list(hint):
        return hint(str(value))
    wanted = {str: "a text", bool: "true or false", int: "a whole number"}.get(hint, "a list of texts")
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        wanted = f"one of {', '.join(hint)}"
    raise InvalidError(f"has {name} = {value!r}, which should be {wanted}")


def _within(name: str, into: Callable[..., object], value: object) -> object:
    if isinstance(value, str):
        value = {fields(into)[0].name: value}  # type: ignore[arg-type]
    if not isinstance(value, dict):
        raise InvalidError(f"has {name} = {value!r}, which should be a text or a table")
    try:
        return into(**_values(value, into))
    except InvalidError as error:
        raise InvalidError(f"{error}, in {name}") from error
