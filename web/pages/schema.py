"""The page that describes the API."""

from dataclasses import dataclass
from typing import ClassVar

from web.pages.parts import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A parameter of an address, or a field of an answer."""

    name: str
    type: str
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One address and what it answers."""

    path: str
    says: str
    parameters: tuple[Field, ...]
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One type of answer, by its fields or by the values it may have."""

    name: str
    fields: tuple[Field, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaPage:
    """The page at /schema."""

    template: ClassVar[str] = "public/schema.html"
    site: Site
    says: str
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]
