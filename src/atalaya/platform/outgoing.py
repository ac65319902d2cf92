"""The one way to the outside by HTTP: for webhooks, checks, integrations and everything else.

Where a request goes is often written by somebody who is not the administrator, so the address is
checked when it is connected to: the name is resolved once, every address it has must be allowed,
and the connection goes to exactly that address. Private networks are reached only when the
administrator lists them. Redirects are followed by hand, each one checked again.
"""

from __future__ import annotations

import ipaddress
import json as json_text
import random
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpcore
import httpx
from django.utils.translation import gettext_lazy as _

from atalaya.kernel import clock
from atalaya.kernel.errors import AtalayaError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SAFE_TO_REPEAT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
WORTH_REPEATING = frozenset({429, 502, 503, 504})
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key"})
AGENT = "Atalaya"


class AddressIsPrivate(AtalayaError):
    code = "address_is_private"
    status = 422
    message = _(
        "%(host)s leads to %(address)s, a private network. The administrator can allow it with "
        "ATALAYA_OUTGOING_NETWORKS."
    )


class AddressIsWrong(AtalayaError):
    code = "address_is_wrong"
    status = 422
    message = _("“%(url)s” is not a web address that can be called.")


class AnswerIsTooLarge(AtalayaError):
    code = "answer_is_too_large"
    status = 502
    message = _("%(host)s sent more than %(limit)d bytes.")


class TooManyRedirects(AtalayaError):
    code = "too_many_redirects"
    status = 502
    message = _("%(host)s sent us on more than %(limit)d times.")


class NoAnswer(AtalayaError):
    code = "no_answer"
    status = 502
    message = _("%(host)s did not answer: %(reason)s")
    retryable = True


@dataclass(frozen=True)
class Answer:
    """What came back. ``url`` is the one that answered, after redirects."""

    status: int
    url: str
    headers: httpx.Headers
    body: bytes
    seconds: float
    attempts: int

    @property
    def ok(self) -> bool:
        """Whether the status says that it went well."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, in the encoding it says it has."""
        encoding = httpx.Response(200, headers=self.headers, content=b"").charset_encoding
        try:
            return self.body.decode(encoding or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises ValueError."""
        return json_text.loads(self.body)


@dataclass(frozen=True)
class Exchange:
    """One attempt, for the log of whoever asked: nothing secret is in it."""

    method: str
    host: str
    status: int | None
    problem: str
    seconds: float
    attempt: int


@dataclass(frozen=True)
class Outgoing:
    """A guarded client. ``allowed`` are private networks that may be reached.

    ``seconds`` bounds a whole attempt, redirects and body included. ``attempts`` above one repeats
    what is safe to repeat, with growing pauses.
    """

    allowed: tuple[Network, ...] = ()
    seconds: float = 10.0
    limit: int = 5 * 1024 * 1024
    redirects: int = 5
    attempts: int = 1
    verify: ssl.SSLContext | None = None
    record: Callable[[Exchange], None] | None = None
    longest_pause: ClassVar[float] = 30.0

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch ``url``."""
        return self.request("GET", url, headers=headers)

    def post(
        self,
        url: str,
        *,
        json: object = None,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """Send ``json`` or ``content`` to ``url``.

        ``repeatable`` says that the other side can tell a repeat.
        """
        return self.request(
            "POST", url, json=json, content=content, headers=headers, repeatable=repeatable
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """Ask once, or several times where that is safe, and return the whole answer.

        Any status is an answer. Raises AddressIsPrivate, AddressIsWrong, AnswerIsTooLarge,
        TooManyRedirects, NoAnswer.
        """
        sent = httpx.Headers({"user-agent": AGENT, "accept-encoding": "gzip"})
        if json is not None:
            content = json_text.dumps(json).encode("utf-8")
            sent["content-type"] = "application/json"
        sent.update(dict(headers or {}))
        may_repeat = method.upper() in SAFE_TO_REPEAT if repeatable is None else repeatable
        attempts = self.attempts if may_repeat else 1
        request = _Request(method.upper(), url, sent, content)
        for attempt in range(1, attempts + 1):
            begun = time.monotonic()
            last = attempt == attempts
            try:
                answer = self._once(request, begun, attempt)
            except NoAnswer as problem:
                self._record(request, None, str(problem.facts["reason"]), begun, attempt)
                if last:
                    raise
                time.sleep(self._pause(attempt))
                continue
            except AtalayaError as problem:
                self._record(request, None, problem.code, begun, attempt)
                raise
            self._record(request, answer.status, "", begun, attempt)
            if last or answer.status not in WORTH_REPEATING:
                return answer
            time.sleep(self._pause(attempt, answer.headers.get("retry-after", "")))
        raise AssertionError("there is at least one attempt")

    def _record(
        self, request: _Request, status: int | None, problem: str, begun: float, attempt: int
    ) -> None:
        if self.record is not None:
            seconds, host = time.monotonic() - begun, _host(request.url)
            self.record(Exchange(request.method, host, status, problem, seconds, attempt))

    def _pause(self, attempt: int, wished: str = "") -> float:
        """Seconds until the next attempt; what the other side wishes comes first, up to a limit."""
        if wished.isdigit():
            return min(float(wished), self.longest_pause)
        if wished:
            try:
                left = (parsedate_to_datetime(wished) - clock.now()).total_seconds()
            except (ValueError, TypeError):
                left = 0.0
            return min(max(left, 0.0), self.longest_pause)
        spread = random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        return min(0.5 * 2.0 ** (attempt - 1), self.longest_pause) * spread

    def _once(self, request: _Request, begun: float, attempt: int) -> Answer:
        until = begun + self.seconds
        with httpx.Client(
            transport=_Guarded(self.allowed, self.verify), trust_env=False, follow_redirects=False
        ) as client:
            for _step in range(self.redirects + 1):
                response = self._ask(client, request, until)
                following = response.headers.get("location")
                if response.status_code not in {301, 302, 303, 307, 308} or not following:
                    return Answer(
                        status=response.status_code,
                        url=request.url,
                        headers=response.headers,
                        body=response.extensions["body"],
                        seconds=time.monotonic() - begun,
                        attempts=attempt,
                    )
                request = request.followed(response.status_code, following)
        raise TooManyRedirects(host=_host(request.url), limit=self.redirects)

    def _ask(self, client: httpx.Client, request: _Request, until: float) -> httpx.Response:
        parsed = _checked(request.url)
        left = until - time.monotonic()
        if left <= 0:
            raise NoAnswer(host=parsed.host, reason="time is up")
        with (
            _as_our_errors(parsed.host),
            client.stream(
                request.method,
                parsed,
                headers=request.headers,
                content=request.content or None,
                timeout=left,
            ) as response,
        ):
            response.extensions["body"] = self._body(response, until)
            return response

    def _body(self, response: httpx.Response, until: float) -> bytes:
        host = response.url.host
        encoding = response.headers.get("content-encoding", "identity").lower()
        if encoding not in {"identity", "gzip", "x-gzip", "deflate"}:
            raise NoAnswer(host=host, reason=f"content-encoding {encoding}")
        # Unpacked here and not by httpx, so that a small packed answer cannot unfold without end.
        unpacked = None if encoding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
        body = bytearray()
        for part in response.iter_raw():
            room = self.limit - len(body) + 1
            body += part if unpacked is None else unpacked.decompress(part, room)
            if len(body) > self.limit:
                raise AnswerIsTooLarge(host=host, limit=self.limit)
            if time.monotonic() > until:
                raise NoAnswer(host=host, reason="time is up")
        return bytes(body)


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    headers: httpx.Headers
    content: bytes = field(repr=False)

    def followed(self, status: int, location: str) -> _Request:
        """The request a redirect asks for; secrets stay with the host they were meant for."""
        try:
            old = httpx.URL(self.url)
            new = old.join(location)
        except httpx.InvalidURL:
            raise AddressIsWrong(url=location[:200]) from None
        headers, method, content = self.headers.copy(), self.method, self.content
        if (old.scheme, old.host, old.port) != (new.scheme, new.host, new.port):
            for name in SECRET_HEADERS & {name.lower() for name in headers}:
                del headers[name]
        if status == 303 or (status in {301, 302} and method == "POST"):
            method, content = "GET" if method != "HEAD" else "HEAD", b""
            headers.pop("content-type", None)
        return _Request(method, str(new), headers, content)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _checked(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        raise AddressIsWrong(url=url[:200]) from None
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.userinfo:
        raise AddressIsWrong(url=url[:200])
    return parsed


@contextmanager
def _as_our_errors(host: str) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException) as problem:
        raise NoAnswer(host=host, reason=str(problem) or type(problem).__name__) from problem
    except (httpcore.ProtocolError, UnicodeError, ValueError, zlib.error) as problem:
        raise NoAnswer(host=host, reason=str(problem)) from problem


def is_public(address: Address) -> bool:
    """Whether an address belongs to the open internet, however it is written.

    >>> is_public(ipaddress.ip_address("1.1.1.1"))
    True
    >>> is_public(ipaddress.ip_address("::ffff:10.0.0.1"))
    False
    """
    return all(
        each.is_global and not each.is_multicast and not each.is_reserved
        for each in _meanings(address)
    )


def _meanings(address: Address) -> list[Address]:
    """The address itself, or the IPv4 address that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address, address.sixtofour]
    if address.teredo is not None:
        return [address, *address.teredo]
    if address in ipaddress.ip_network("64:ff9b::/96"):  # NAT64
        return [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address]


def may_be_reached(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether we connect to an address: it is public, or in a network the administrator listed."""
    meanings = _meanings(address)
    return is_public(address) or any(
        each in network for network in allowed for each in (address, *meanings)
    )


class _Backend(httpcore.SyncBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        until = time.monotonic() + (timeout or 10.0)
        addresses = self._resolved(host, port)
        problem: Exception | None = None
        for address in addresses:
            left = max(0.1, until - time.monotonic())
            try:
                return super().connect_tcp(str(address), port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
        assert problem is not None
        raise problem

    def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"name not found ({problem})") from problem
        texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
        addresses = [ipaddress.ip_address(text) for text in texts]
        for address in addresses:
            if not may_be_reached(address, self._allowed):
                raise AddressIsPrivate(host=host, address=str(address))
        return addresses

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise AddressIsPrivate(host=path, address=path)


class _Guarded(httpx.BaseTransport):
    """httpx over a connection pool whose connections are opened by ``_Backend``."""

    def __init__(self, allowed: tuple[Network, ...], verify: ssl.SSLContext | None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=verify or httpx.create_ssl_context(trust_env=False),
            network_backend=_Backend(allowed),
            max_connections=4,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=dict(answer.extensions),
        )

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer.iter_stream())

    def close(self) -> None:
        self._answer.close()
