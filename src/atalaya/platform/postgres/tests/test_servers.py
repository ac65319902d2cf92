import socket
import threading
from typing import Any

import pytest

from atalaya.platform.postgres.cluster import Cluster
from atalaya.platform.postgres.errors import ServerIsTooOld, ServerIsUnreachable
from atalaya.platform.postgres.servers import existing, refuse_old, without_password


def test_a_server_new_enough_is_used_as_it_is() -> None:
    with Cluster.temporary() as cluster, existing(cluster.url()) as address:
        assert address == cluster.url()


@pytest.mark.parametrize("number", [150000, 160002, 180006])
def test_fifteen_and_newer_are_taken(number: int) -> None:
    refuse_old(number)


def test_an_older_server_is_refused_with_the_way_out() -> None:
    with pytest.raises(ServerIsTooOld) as refused:
        refuse_old(140011)
    assert "14.11" in str(refused.value)
    assert "15 or newer" in str(refused.value)


def test_a_server_that_says_it_is_old_is_refused_over_the_wire() -> None:
    """A stand-in that speaks just enough of the protocol to say its version."""
    listener = socket.create_server(("127.0.0.1", 0))

    def speak() -> Any:
        peer, _address = listener.accept()
        with peer:
            first = peer.recv(8)
            if first[4:] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):  # TLS or GSS first?
                peer.sendall(b"N")
            peer.recv(4096)

            def message(kind: bytes, body: bytes) -> bytes:
                return kind + (len(body) + 4).to_bytes(4, "big") + body

            for name, value in (
                (b"server_version", b"13.2"),
                (b"client_encoding", b"UTF8"),
                (b"standard_conforming_strings", b"on"),
            ):
                if name == b"server_version":
                    peer.sendall(message(b"R", (0).to_bytes(4, "big")))
                peer.sendall(message(b"S", name + b"\0" + value + b"\0"))
            peer.sendall(message(b"K", b"\0" * 8) + message(b"Z", b"I"))
            peer.recv(4096)

    thread = threading.Thread(target=speak)
    thread.start()
    address = f"postgresql://desk@127.0.0.1:{listener.getsockname()[1]}/desk?gssencmode=disable"
    with pytest.raises(ServerIsTooOld, match=r"13\.2"), existing(address):
        pass
    thread.join()
    listener.close()


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        pytest.raises(ServerIsUnreachable) as refused,
        existing(f"postgresql://desk:hush@127.0.0.1:{port}/desk"),
    ):
        pass
    assert "hush" not in str(refused.value)
    assert str(port) in str(refused.value)


def test_an_address_is_shown_without_its_password() -> None:
    assert without_password("postgresql://a:b@c/d") == "postgresql://a:***@c/d"
    assert without_password("postgresql://a@/d?host=%2Frun") == "postgresql://a@/d?host=%2Frun"
