"""The whole process tree of a desk: it comes up, survives, goes, and leaves nothing."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from tests.processes.desks import Desk, a_desk, eventually

pytestmark = pytest.mark.concurrency


@pytest.fixture(scope="module")
def used() -> Iterator[Desk]:
    """A desk that has been started once."""
    with a_desk() as desk:
        desk.start().until_ready(within=120)
        eventually(lambda: any("/setup/" in line for line in desk.lines))
        desk.first_lines = list(desk.lines)  # type: ignore[attr-defined]  # for one test
        desk.stop()
        yield desk


@pytest.fixture
def up(used: Desk) -> Iterator[Desk]:
    used.start().until_ready()
    eventually(lambda: used.pid_of("worker"))
    yield used
    assert used.process is not None
    if used.process.poll() is None:
        used.stop()
    eventually(lambda: not used.processes())


def test_the_first_start_says_where_it_is_and_how_to_set_it_up(used: Desk) -> None:
    said = "\n".join(used.first_lines)  # type: ignore[attr-defined]  # see the fixture
    assert f"http://localhost:{used.port}\n" in said
    assert f"http://localhost:{used.port}/setup/" in said


def test_the_set_up_link_leads_to_a_page(up: Desk) -> None:
    line = eventually(lambda: next((line for line in up.lines if "/setup/" in line), ""))
    path = "/setup/" + line.split("/setup/")[1].split()[0]
    assert up.get(path) == 200


def test_a_warm_start_shows_the_first_page_in_less_than_three_seconds(used: Desk) -> None:
    best = 99.0
    for _attempt in range(3):
        begun = time.monotonic()
        used.start()
        eventually(lambda: used.get("/") == 200)
        best = min(best, time.monotonic() - begun)
        used.stop()
        if best < 3:
            break
    assert best < 3


def test_it_stops_in_less_than_two_seconds_and_leaves_nothing(used: Desk) -> None:
    best = 99.0
    for _attempt in range(3):
        used.start().until_ready()
        eventually(lambda: used.pid_of("worker"))
        time.sleep(1)
        best = min(best, used.stop())
        assert used.process is not None
        assert used.process.returncode == 0
        assert used.processes() == {}
        if best < 2:
            break
    assert best < 2


@pytest.mark.parametrize("role", ["web", "worker", "postgres", "guardian"])
def test_what_is_killed_comes_back(up: Desk, role: str) -> None:
    before = up.pid_of(role)
    assert before is not None
    os.kill(before, signal.SIGKILL)
    eventually(lambda: up.pid_of(role) not in (None, before))
    up.until_ready()
    assert up.get("/") == 200


def test_killing_the_whole_desk_leaves_nothing_behind(up: Desk) -> None:
    assert up.process is not None
    up.process.kill()
    up.process.wait()
    eventually(lambda: not up.processes(), within=10)
    up.start().until_ready()


def test_readiness_is_told_apart_from_life(up: Desk) -> None:
    postgres = up.pid_of("postgres")
    assert postgres is not None
    os.kill(postgres, signal.SIGSTOP)
    try:
        assert up.get("/health/live") == 200
    finally:
        os.kill(postgres, signal.SIGCONT)
    up.until_ready()


def test_a_desk_is_not_started_twice(up: Desk) -> None:
    again = up.command("up")
    assert again.returncode == 1
    assert "up already" in again.stderr
    assert up.get("/health/ready") == 200


def test_a_taken_port_is_named_with_its_variable(up: Desk) -> None:
    with a_desk() as other:
        refused = other.command("up", ATALAYA_PORT=str(up.port))
    assert refused.returncode == 1
    assert "ATALAYA_PORT" in refused.stderr


def test_desks_run_side_by_side(up: Desk) -> None:
    with a_desk() as other:
        other.start().until_ready(within=120)
        assert up.get("/health/ready") == 200
        other.stop()
        assert up.get("/health/ready") == 200


def test_a_backup_of_a_running_desk_opens_elsewhere(up: Desk) -> None:
    file = up.folder / "saved.tar.gz"
    saved = up.command("backup", str(file))
    assert saved.returncode == 0, saved.stderr
    with a_desk() as other:
        back = other.command("restore", "--verify", str(file))
        assert back.returncode == 0, back.stderr
        assert "the same as when it was saved" in back.stdout
        other.start().until_ready()
        assert other.get("/") == 200
        assert (other.data / "secrets" / "secret_key").read_text() == (
            up.data / "secrets" / "secret_key"
        ).read_text()


def test_commands_share_the_database_of_a_running_desk(up: Desk) -> None:
    before = up.pid_of("postgres")
    added = up.command("user", "add", "max@example.org", "--name", "Max", "--role", "admin")
    assert added.returncode == 0, added.stderr
    assert f"http://localhost:{up.port}/sign-in/link/" in added.stdout
    assert up.pid_of("postgres") == before


@pytest.mark.slow
def test_an_idle_desk_needs_less_than_400_megabytes(up: Desk) -> None:
    assert up.get("/") == 200
    time.sleep(60)
    assert up.memory() < 400 * 10**6
