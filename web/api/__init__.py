"""The JSON API under /api, and its description (OpenAPI) at /schema."""

from dataclasses import replace
from typing import Any

from litestar import Request, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.types import Method

from companion import __version__
from web.absolute import origin
from web.api.reading import HANDLERS
from web.deps import House
from web.pages.parts import Site
from web.pages.schema import Field, Operation, SchemaPage, Shape

ROUTER = Router(path="/api", route_handlers=HANDLERS, include_in_schema=True)


class _Json(JsonRenderPlugin):
    """The description for programs."""

    def render(self, request: Request, openapi_schema: dict[str, Any]) -> bytes:
        return self.render_json(request, _readable(openapi_schema))


class _Page(OpenAPIRenderPlugin):
    """The description for people: a page of this site like any other, which needs nothing from elsewhere."""

    def render(self, request: Request, openapi_schema: dict[str, Any]) -> bytes:
        house: House = request.app.state.house
        site = replace(house.nameless, origin=origin(request, house.settings), path=request.scope["path"])
        return house.render(_page(_readable(openapi_schema), site))


def _name(handler: HTTPRouteHandler, method: Method, _: object) -> str:
    return handler.handler_name if method == "GET" else f"{handler.handler_name}_{method.lower()}"


DESCRIBED = OpenAPIConfig(
    title="The podcast companion",
    version=__version__,
    description="Episodes, transcripts, moments, themes and exercises, to be read by programs. Nothing can be changed, "
    "no key is needed, and any page may ask (CORS). Ask again with the ETag of the last answer: "
    "304 says that it still holds.",
    path="/schema",
    use_handler_docstrings=True,
    operation_id_creator=_name,
    render_plugins=[_Page(path="/"), _Json(path="/openapi.json")],
)


def _readable(schema: dict[str, Any]) -> dict[str, Any]:
    """Without HEAD, which every address answers, and of which there is nothing to say."""
    paths = {
        path: {method: operation for method, operation in operations.items() if method != "head"}
        for path, operations in schema["paths"].items()
    }
    return {**schema, "paths": paths}


def _page(schema: dict[str, Any], site: Site) -> SchemaPage:
    shapes = schema["components"]["schemas"]
    return SchemaPage(
        site=site,
        says=schema["info"]["description"],
        operations=tuple(
            Operation(
                path=path,
                says=asked["get"]["description"],
                parameters=tuple(
                    Field(name=one["name"], type=_asked(one["schema"]), says=one.get("description", ""))
                    for one in asked["get"].get("parameters", [])
                ),
                answer=_type(asked["get"]["responses"]["200"]["content"]["application/json"]["schema"]),
            )
            for path, asked in schema["paths"].items()
        ),
        shapes=tuple(
            Shape(
                name=shape["title"],
                fields=tuple(
                    Field(name=name, type=_type(one), says="") for name, one in shape.get("properties", {}).items()
                ),
                values=tuple(shape.get("enum", ())),
            )
            for _, shape in sorted(shapes.items())
        ),
    )


def _asked(schema: dict[str, Any]) -> str:
    """The type of a parameter: null is said by leaving it out."""
    kinds = [one for one in schema.get("oneOf", [schema]) if one.get("type") != "null"]
    default = f", {schema['default']} if left out" if schema.get("default") else ""
    return " or ".join(map(_type, kinds)) + default


def _type(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words: 'text or null', 'list of Moment'."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("_")[2].rpartition("/")[2])
    if "oneOf" in schema:
        return " or ".join(map(_type, schema["oneOf"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else "list"
    if "enum" in schema:
        return " or ".join(schema["enum"])
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(schema["type"], schema["type"])
