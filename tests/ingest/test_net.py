"""The guard: which addresses may be dialled, at every hop, and that TLS still checks the name."""

import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from loopback import Host, reply

from companion.errors import FetchError
from ingest import net
from ingest.fetch import HttpFetcher

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.1 192.0.2.1 192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.2.3 240.0.0.1
255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::7f00:1 ::ffff:0:7f00:1 64:ff9b::7f00:1
64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:10::1 2002:7f00:1:: 2002:a00:1:: 5f00::1 fc00::1
fd12:3456::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1 4000::1
"""
ALLOWED = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 93.184.216.34 100.63.255.255 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.255
::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808:: 2606:4700::1111 2a00:1450:4001:80e::200e
"""


@pytest.mark.parametrize("address", REFUSED.split())
def test_addresses_that_are_refused(address: str) -> None:
    assert not net.is_public(address)
    fetcher = HttpFetcher(allow_private=False, resolver=lambda host, port: ["93.184.216.34", address])
    with pytest.raises(FetchError, match="--allow-private-network") as caught:
        fetcher.get("http://looks-fine.example/")
    assert caught.value.permanent


@pytest.mark.parametrize("address", ALLOWED.split())
def test_addresses_that_are_not(address: str) -> None:
    assert net.is_public(address)


@pytest.mark.parametrize(
    "name",
    [
        *("localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"),
        *("[::1]", "[::ffff:127.0.0.1]", "\uff11\uff12\uff17.0.0.1"),
    ],
)
def test_every_spelling_of_loopback_is_refused_before_a_byte_is_sent(host: Host, name: str, tmp_path: Path) -> None:
    fetcher = HttpFetcher(allow_private=False)
    with pytest.raises(FetchError, match="private network"):
        fetcher.get(host.url("/", name))
    with pytest.raises(FetchError, match="private network"):
        fetcher.download(host.url("/", name), tmp_path / "a.mp3")
    assert not host.asked and not list(tmp_path.iterdir())


def test_a_redirect_to_loopback_from_a_host_outside(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 plays the host outside; where it redirects to, it may not."""
    judged = net.is_public
    monkeypatch.setattr(net, "is_public", lambda address: address == "127.0.0.1" or judged(address))
    inside = {"inside.example": ["10.0.0.1"]}
    fetcher = HttpFetcher(allow_private=False, resolver=lambda name, port: inside.get(name) or net.lookup(name, port))
    host.at("/secret", reply(200, b"secret"))
    for name in ("127.0.0.2", "[::1]", "inside.example"):
        with pytest.raises(FetchError, match="private network"):
            fetcher.get(host.at("/out", reply(302, Location=host.url("/secret", name))))
    assert {path for path, _ in host.asked} == {"/out"}


def test_the_address_that_was_checked_is_the_one_that_is_dialled(host: Host) -> None:
    """A name that leads elsewhere when asked a second time gets nowhere: it is asked once per request."""
    asked = []

    def rebinding(name: str, port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    host.at("/", reply(200, b"x"))
    assert HttpFetcher(allow_private=True, resolver=rebinding).get(host.url("/", "show.example")).body == b"x"
    assert asked == ["show.example"] and host.asked[0][1]["Host"] == f"show.example:{host.port}"


def test_the_next_address_is_tried_when_one_is_dead(host: Host) -> None:
    host.at("/", reply(200, b"x"))
    fetcher = HttpFetcher(allow_private=True, resolver=lambda name, port: ["127.0.0.9", "127.0.0.1"])
    assert fetcher.get(host.url("/", "show.example")).body == b"x"


def test_no_such_host() -> None:
    def nowhere(name: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(FetchError, match=r"There is no host called nowhere\.example"):
        HttpFetcher(allow_private=False, resolver=nowhere).get("https://nowhere.example/feed")


def test_look_ups_that_fail_for_now_are_tried_again(host: Host, naps: list[float]) -> None:
    answers = [socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), ["127.0.0.1"]]

    def shaky(name: str, port: int) -> list[str]:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    host.at("/", reply(200, b"x"))
    fetcher = HttpFetcher(allow_private=True, resolver=shaky, sleep=naps.append)
    assert fetcher.get(host.url("/", "show.example")).body == b"x" and len(naps) == 1


@pytest.mark.parametrize("name", ["a" * 70 + ".example", "..", "xn--", "\u2100.example"])
def test_names_that_cannot_be_one(name: str) -> None:
    with pytest.raises(FetchError):
        HttpFetcher(allow_private=False).get(f"http://{name}/")


@pytest.fixture
def certified(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """The host with a certificate for show.example, trusted as SSL_CERT_FILE says."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with: TLS is NOT checked")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    files = ["-keyout", key, "-out", certificate]
    subject = ["-subj", "/CN=show.example", "-addext", "subjectAltName=DNS:show.example"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    host.server.socket = context.wrap_socket(host.server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return host


def test_tls_checks_the_name_though_an_address_is_dialled(certified: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    certified.at("/", reply(200, b"safe"))
    secure = certified.url("/", "show.example").replace("http:", "https:")
    fetcher = HttpFetcher(allow_private=True, resolver=lambda name, port: ["127.0.0.1"])
    assert fetcher.get(secure).body == b"safe"
    with pytest.raises(FetchError, match=r"other\.example cannot prove"):
        fetcher.get(secure.replace("show.example", "other.example"))
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(FetchError, match=r"show\.example cannot prove"):
        HttpFetcher(allow_private=True, resolver=lambda name, port: ["127.0.0.1"]).get(secure)


def test_tls_where_there_is_none(host: Host) -> None:
    with pytest.raises(FetchError, match="No safe connection"):
        HttpFetcher(allow_private=True).get(host.url("/").replace("http:", "https:"))
