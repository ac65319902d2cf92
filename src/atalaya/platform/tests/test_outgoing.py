"""The guarded client against real servers on loopback, which it must first be allowed to reach."""

import gzip
import ipaddress
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from atalaya.platform.outgoing import (
    AddressIsPrivate,
    AddressIsWrong,
    AnswerIsTooLarge,
    Exchange,
    NoAnswer,
    Outgoing,
    TooManyRedirects,
    is_public,
    may_be_reached,
)

LOOPBACK = (ipaddress.ip_network("127.0.0.1/32"),)


class Server(ThreadingHTTPServer):
    """A server that remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.bodies: list[bytes] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> Any:
        """Nothing on the terminal."""

    def answer(self, status: int = 200, body: Any = b"", **headers: Any) -> Any:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> Any:
        seen = self.server.seen
        seen.append((self.command, self.path, dict(self.headers)))
        kind, _slash, rest = self.path.lstrip("/").partition("/")
        if kind == "hello":
            self.answer(body="día".encode("latin-1"), Content_Type="text/plain; charset=latin-1")
        elif kind == "size":
            self.answer(body=b"x" * int(rest))
        elif kind == "bomb":
            self.answer(body=gzip.compress(b"0" * 10_000_000), Content_Encoding="gzip")
        elif kind == "to":
            self.answer(302, Location=rest if "//" in rest else "/" + rest)
        elif kind == "round":
            self.answer(302, Location="/round")
        elif kind == "slow":
            time.sleep(1)
            self.close_connection = True
        elif kind == "drip":
            self.send_response(200)
            self.end_headers()
            try:
                for _part in range(100):
                    self.wfile.write(b".")
                    time.sleep(0.1)
            except OSError:
                return
        elif kind == "flaky":
            times = sum(path == self.path for _method, path, _headers in seen)
            self.answer(200 if times > 2 else 503, Retry_After="0")
        elif kind == "status":
            self.answer(int(rest))
        else:
            self.answer(404)

    def do_POST(self) -> Any:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.bodies.append(body)
        if self.path.startswith("/to"):
            self.answer(307 if "keep" in self.path else 303, Location="/status/200")
        elif self.path.startswith("/flaky"):
            self.do_GET()
        else:
            self.answer(body=body)


@pytest.fixture
def server() -> Any:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client() -> Any:
    return Outgoing(allowed=LOOPBACK, seconds=2, limit=100_000)


def test_an_answer_comes_back_whole(server: Server, client: Outgoing) -> None:
    answer = client.get(server.url + "/hello")
    assert (answer.status, answer.text, answer.ok) == (200, "día", True)


def test_json_is_sent_and_read(server: Server, client: Outgoing) -> None:
    assert client.post(server.url + "/echo", json={"año": 1}).json() == {"año": 1}
    assert json.loads(server.bodies[0]) == {"año": 1}


def test_any_status_is_an_answer(server: Server, client: Outgoing) -> None:
    assert client.get(server.url + "/status/500").status == 500


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]"])
def test_private_addresses_are_refused_however_they_are_written(server: Server, host: str) -> None:
    port = server.server_port
    with pytest.raises((AddressIsPrivate, AddressIsWrong)):
        Outgoing().get(f"http://{host}:{port}/hello")
    assert server.seen == []


@pytest.mark.parametrize(
    "text",
    [
        *("10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::"),
        *("2002:7f00:0001::", "64:ff9b::a00:1", "ff02::1", "198.18.0.1", "240.0.0.1"),
    ],
)
def test_these_are_not_the_internet(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_these_are_the_internet(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


def test_a_listed_network_is_reached_also_in_its_ipv6_spelling() -> None:
    allowed = [ipaddress.ip_network("10.0.0.0/8")]
    assert may_be_reached(ipaddress.ip_address("10.9.9.9"), allowed)
    assert may_be_reached(ipaddress.ip_address("::ffff:10.9.9.9"), allowed)
    assert not may_be_reached(ipaddress.ip_address("192.168.0.1"), allowed)


def test_a_name_with_one_private_address_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two_faces(_host: Any, port: Any, **_options: Any) -> Any:
        return [(2, 1, 6, "", (address, port)) for address in ("93.184.216.34", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", two_faces)
    with pytest.raises(AddressIsPrivate, match=r"127\.0\.0\.1"):
        Outgoing().get(f"http://two-faces.example:{server.server_port}/hello")
    assert server.seen == []


def test_a_name_is_resolved_once_and_that_address_is_used(
    server: Server, client: Outgoing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def rebinding(host: str, port: Any, **_options: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(2, 1, 6, "", (address, port))]

    real = socket.create_connection

    def connect(address: Any, *arguments: Any, **options: Any) -> Any:
        assert address[0] == "127.0.0.1"  # a number: nothing is left to resolve
        monkeypatch.setattr(socket, "getaddrinfo", original)
        return real(address, *arguments, **options)

    original = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    answer = client.get(f"http://rebinding.example:{server.server_port}/hello")
    assert answer.status == 200
    assert asked == ["rebinding.example"]
    assert server.seen[0][2]["Host"] == f"rebinding.example:{server.server_port}"


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://a:b@example.org/", "x"]
)
def test_what_is_not_a_web_address_is_refused(url: str) -> None:
    with pytest.raises(AddressIsWrong):
        Outgoing().get(url)


def test_redirects_are_followed(server: Server, client: Outgoing) -> None:
    answer = client.get(server.url + "/to/hello")
    assert answer.status == 200
    assert answer.url.endswith("/hello")


def test_redirects_are_checked_again(server: Server, client: Outgoing) -> None:
    with pytest.raises(AddressIsPrivate, match=r"10\.0\.0\.1"):
        client.get(server.url + "/to/http://10.0.0.1/secret")


def test_redirects_to_another_scheme_are_refused(server: Server, client: Outgoing) -> None:
    with pytest.raises(AddressIsWrong):
        client.get(server.url + "/to/file:///etc/passwd")


def test_redirects_end(server: Server, client: Outgoing) -> None:
    with pytest.raises(TooManyRedirects):
        client.get(server.url + "/round")
    assert len(server.seen) == 6


def test_secrets_do_not_follow_to_another_host(server: Server, client: Outgoing) -> None:
    other = f"http://localhost:{server.server_port}/hello"
    allowed = Outgoing(allowed=(*LOOPBACK, ipaddress.ip_network("::1/128")), seconds=2)
    allowed.get(f"{server.url}/to/{other}", headers={"Authorization": "Bearer x", "X-Team": "a"})
    first, second = (headers for _method, _path, headers in server.seen)
    assert first["Authorization"] == "Bearer x"
    assert "Authorization" not in second
    assert second["X-Team"] == "a"


def test_a_post_that_is_sent_on_becomes_a_get(server: Server, client: Outgoing) -> None:
    assert client.post(server.url + "/to", json={"a": 1}).status == 200
    assert server.seen[-1][:2] == ("GET", "/status/200")


def test_a_large_answer_is_refused(server: Server, client: Outgoing) -> None:
    assert len(client.get(server.url + "/size/100000").body) == 100_000
    with pytest.raises(AnswerIsTooLarge):
        client.get(server.url + "/size/100001")


def test_a_packed_answer_that_unfolds_is_refused(server: Server, client: Outgoing) -> None:
    with pytest.raises(AnswerIsTooLarge):
        client.get(server.url + "/bomb")


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_a_slow_answer_is_given_up(server: Server, kind: str) -> None:
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        Outgoing(allowed=LOOPBACK, seconds=0.5).get(f"{server.url}/{kind}")
    assert time.monotonic() - begun < 1.5


def test_nobody_at_home_is_said(client: Outgoing) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoAnswer) as problem:
        client.get(f"http://127.0.0.1:{port}/")
    assert problem.value.retryable


def test_what_is_safe_is_repeated_and_every_attempt_is_recorded(server: Server) -> None:
    seen: list[Exchange] = []
    client = Outgoing(allowed=LOOPBACK, attempts=4, record=seen.append)
    answer = client.get(server.url + "/flaky/a")
    assert (answer.status, answer.attempts) == (200, 3)
    assert [exchange.status for exchange in seen] == [503, 503, 200]


def test_what_is_not_safe_is_not_repeated(server: Server) -> None:
    client = Outgoing(allowed=LOOPBACK, attempts=4)
    assert client.post(server.url + "/flaky/b").status == 503
    assert len(server.bodies) == 1
    assert client.post(server.url + "/flaky/c", repeatable=True).status == 200


def test_a_broken_answer_is_no_crash(client: Outgoing) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> Any:
            peer, _address = listener.accept()
            with peer:
                peer.recv(1000)
                peer.sendall(b"\x00\xff garbage\r\n\r\n")

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(NoAnswer):
            client.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join()
