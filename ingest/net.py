"""One HTTP exchange with a checked and pinned address: no proxy, no redirect, no reuse, no waiting for ever."""

import ipaddress
import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlsplit

import httpcore

import companion
from companion.errors import FetchError

Resolver = Callable[[str, int], list[str]]
Reply = httpcore.Response  # status, headers as pairs of bytes, iter_stream()

USER_AGENT = f"podcast-companion/{companion.__version__}"
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


class TransientError(FetchError):
    """A failure that another try in a moment may get past."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long we wait and how often we ask; seconds and bytes.

    `total` bounds a whole `get`; a download may take long, but every `stall_bytes` must arrive within `stall` seconds.
    `longest_wait` is the longest Retry-After that is sat out rather than reported.
    """

    connect: float = 10
    read: float = 30
    total: float = 90
    stall: float = 60
    stall_bytes: int = 256 * 1024
    tries: int = 3
    download_tries: int = 5
    backoff: float = 1
    longest_wait: float = 60


PATIENCE = Patience()


class Pace:
    """Every `size` bytes must arrive within `seconds`: a host that drips one byte per read time-out is cut off."""

    def __init__(self, seconds: float, size: float = math.inf) -> None:
        self._seconds, self._size = seconds, size
        self._count, self._until = 0, time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Seconds the next read may take; `httpcore.ReadTimeout` when none are left."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("too slow")
        return left if timeout is None else min(left, timeout)

    def count(self, size: int) -> None:
        """Bytes have come; enough of them set the clock anew."""
        self._count += size
        if self._count >= self._size:
            self._count, self._until = 0, time.monotonic() + self._seconds


def lookup(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system's resolver; `OSError` when there are none."""
    return list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """True if an IP address is one anybody on the internet could reach.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is judged as the IPv4 address it ends at.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


class Wire:
    """The way out: everything that leaves this program for the network leaves through `exchange`."""

    def __init__(self, *, allow_private: bool, resolver: Resolver, patience: Patience) -> None:
        self._allow_private, self._resolver, self._patience = allow_private, resolver, patience

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Certificates as httpx trusts them: SSL_CERT_FILE or SSL_CERT_DIR where set, else certifi's."""
        import httpx

        return httpx.create_ssl_context()

    @contextmanager
    def exchange(self, url: str, headers: Mapping[str, str], pace: Pace) -> Iterator[Reply]:
        """GET one address, once, and give the answer with its body still to be read.

        The host is resolved here, every address it has is checked, and the connection goes to exactly those addresses,
        so a second look-up cannot lead elsewhere; TLS still checks the certificate against the host's name. Failures,
        also while the body is read, raise `FetchError`.
        """
        target = _target(url)
        secure = target.scheme == b"https"
        backend = _Pinned(self._addresses(url, target), pace)
        connection = httpcore.HTTPConnection(
            origin=target.origin, ssl_context=self._tls if secure else None, network_backend=backend
        )
        fields = {"Host": _host_field(target), "User-Agent": USER_AGENT, "Accept": "*/*", "Connection": "close"}
        limits = self._patience
        request = httpcore.Request(
            "GET",
            target,
            # as bytes: what a host once said, an ETag say, goes back to it letter by letter, ASCII or not
            headers=[(name.encode(), value.encode("latin-1")) for name, value in (fields | dict(headers)).items()],
            extensions={"timeout": {"connect": limits.connect, "read": limits.read, "write": limits.read}},
        )
        try:
            yield connection.handle_request(request)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _explained(error, url) from error
        finally:
            connection.close()

    def _addresses(self, url: str, target: httpcore.URL) -> list[str]:
        host = target.host.decode()
        try:
            addresses = self._resolver(host, target.port or 0)
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
                message = f"The address of {host} cannot be looked up just now; is this machine online?"
                raise TransientError(message, url=url) from error
            raise FetchError(f"There is no host called {host}; check the spelling of {url}.", url=url) from error
        private = [address for address in addresses if not is_public(address)]
        if private and not self._allow_private:
            raise FetchError(
                f"{url} leads to {private[0]}, an address inside a private network, and is refused. If that is meant, "
                "allow it: companion --allow-private-network … (or COMPANION_ALLOW_PRIVATE_NETWORK=1).",
                url=url,
                permanent=True,
            )
        return addresses


def host_of(url: str) -> str:
    """The host of an address in lower case, '' if it has none; for messages and for taking turns."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _target(url: str) -> httpcore.URL:
    """The address in the form that goes over the wire: ASCII, no fragment, no user name."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except (ValueError, UnicodeError) as error:
        raise FetchError(f"“{url}” is not a web address ({error}).", url=url, permanent=True) from error
    if parts.scheme not in _PORTS or not host:
        raise FetchError(
            f"“{url}” cannot be fetched: only addresses that start with http:// or https:// are.",
            url=url,
            permanent=True,
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(
        scheme=parts.scheme.encode(),
        host=host,
        port=port,
        target=quote(target, safe="/%?:=&;@!$'()*+,~[]|").encode(),
    )


def _host_field(target: httpcore.URL) -> str:
    host = target.host.decode()
    name = f"[{host}]" if ":" in host else host
    return name if target.port == _PORTS[target.scheme.decode()] else f"{name}:{target.port}"


def _explained(error: Exception, url: str) -> FetchError:
    """What went wrong on the wire, in words; certificates do not mend themselves, everything else may."""
    host = host_of(url)
    cause = error.__cause__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(f"{host} cannot prove that it is {host}: {cause.verify_message}", url=url)
    if isinstance(cause, ssl.SSLError):
        return FetchError(f"No safe connection to {host}: {cause.reason or cause}.", url=url)
    if isinstance(error, httpcore.ConnectTimeout | httpcore.ConnectError):
        reason = "does not answer" if isinstance(error, httpcore.ConnectTimeout) else f"cannot be reached ({error})"
        return TransientError(f"{host} {reason}; try again later.", url=url)
    if isinstance(error, httpcore.TimeoutException):
        return TransientError(f"{host} was too slow in sending {url}; try again later.", url=url)
    return TransientError(f"{host} broke off while sending {url} ({error}); try again later.", url=url)


class _Pinned(httpcore.NetworkBackend):
    """Dials only the addresses it was given, whatever the host's name would lead to by now."""

    def __init__(self, addresses: list[str], pace: Pace) -> None:
        self._addresses, self._pace = addresses, pace
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._pace.left(timeout), local_address, socket_options
                )
                return _Paced(stream, self._pace)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Paced(httpcore.NetworkStream):
    """A connection whose every wait is held to the pace."""

    def __init__(self, stream: httpcore.NetworkStream, pace: Pace) -> None:
        self._stream, self._pace = stream, pace

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._pace.left(timeout))
        self._pace.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._pace.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Paced(self._stream.start_tls(ssl_context, server_hostname, self._pace.left(timeout)), self._pace)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
