"""Resources: what is listed, and what a wrong list is told."""

import pytest

from companion.errors import ConfigError
from companion.resources import Resource, parse, resources

GOOD = """[[resource]]
title = "An article"
url = "https://example.org/article?a=1"
what = "What leaning in is."
verified = true
"""


def test_resources_are_read_in_order() -> None:
    found = parse(GOOD + GOOD.replace("An article", " Another ").replace("true", "false"))
    first = Resource(
        title="An article", url="https://example.org/article?a=1", what="What leaning in is.", verified=True
    )
    assert found[0] == first
    assert (found[1].title, found[1].verified) == ("Another", False)


def test_the_shipped_list_can_be_read() -> None:
    assert any(resource.verified for resource in resources())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (GOOD.replace("what = ", "why = "), "resources.toml, line 1: resource “An article” lacks what"),
        (
            GOOD.replace("https:", "javascript:"),
            "“javascript://example.org/article.*”, which should start with https://",
        ),
        (GOOD.replace("https://example.org", ""), "should start with https://"),
        (GOOD.replace("https://example.org", "https://[::1"), "which is no address"),
        (GOOD.replace('"An article"', '" "'), "' ', which should be a text"),
        (GOOD.replace("true", '"no"'), "'no', which should be true or false"),
        (GOOD.replace("[[resource]]", "[resource]"), "resources.toml should hold"),
        (GOOD + GOOD[:20] + "\x00", "resources.toml cannot be read"),
        ("", "resources.toml should hold"),
    ],
)
def test_wrong_resources_are_named(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse(text)
