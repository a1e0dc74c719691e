"""What a proxy says of a visitor is believed only from those that the settings name."""

import httpx
import pytest
from entering import PASSWORD

from companion.config import Settings
from web.cli import run

SAID = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}


class Enough(BaseException):
    """Ends the server."""


def login(settings: Settings) -> httpx.Response:
    """The answer to a right password that a proxy on this machine hands on."""
    answers = []

    def ready(address: str) -> None:
        typed = {"name": "Nora", "password": PASSWORD}
        answers.append(httpx.post(f"{address}desk/login", data=typed, headers=SAID))
        raise Enough

    with pytest.raises(Enough):
        run(settings, ready=ready)
    return answers[0]


@pytest.mark.parametrize(("trusted", "believed"), [("", False), ("10.0.0.1", False), ("10.0.0.1, 127.0.0.1", True)])
def test_only_a_proxy_that_is_set_is_believed(own: Settings, trusted: str, believed: bool) -> None:
    answer = login(Settings(data=own.data, port=0, trusted_proxies=trusted))
    assert answer.status_code == 303
    assert ("Secure" in answer.headers["set-cookie"]) is believed


@pytest.mark.parametrize("mapped", ["", "::ffff:"])  # the latter as a proxy sees them that listens on "::"
def test_tries_are_counted_for_the_address_the_proxy_tells(own: Settings, mapped: str) -> None:
    """Twenty-five tries from as many addresses through one proxy: none is slowed by the others."""
    statuses = []

    def ready(address: str) -> None:
        for number in range(25):
            typed = {"name": f"name {number}", "password": "wrong password"}
            # only the last is the proxy's own word
            told = {"x-forwarded-for": f"198.51.100.1, {mapped}203.0.113.{number}"}
            statuses.append(httpx.post(f"{address}desk/login", data=typed, headers=told).status_code)
        raise Enough

    with pytest.raises(Enough):
        run(Settings(data=own.data, port=0, trusted_proxies="127.0.0.1"), ready=ready)
    assert statuses == [401] * 25
