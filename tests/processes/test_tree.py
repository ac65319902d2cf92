"""The whole process tree of a desk: it comes up, survives, goes, and leaves nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.processes.desks import Tree, eventually

from atalaya.testing.desks import ATALAYA

pytestmark = pytest.mark.concurrency


@contextmanager
def a_tree() -> Iterator[Tree]:
    """A desk nobody has started yet; gone afterwards, whatever happened."""
    folder = Path(tempfile.mkdtemp(prefix="atalaya-tree-"))
    folder.chmod(0o755)
    tree = Tree(folder)
    try:
        yield tree
    finally:
        tree.stop()
        for pid in tree.processes():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def used() -> Iterator[Tree]:
    """A desk that has been started once."""
    with a_tree() as tree:
        tree.start()
        eventually(lambda: "/setup/" in tree.log)
        tree.stop()
        yield tree


@pytest.fixture
def up(used: Tree) -> Iterator[Tree]:
    used.start()
    eventually(lambda: used.pid_of("worker"))
    yield used
    used.stop()
    eventually(lambda: not used.processes())


def test_the_first_start_says_where_it_is_and_how_to_set_it_up(used: Tree) -> None:
    assert f"http://localhost:{used.port}\n" in used.log
    assert f"http://localhost:{used.port}/setup/" in used.log


def test_the_set_up_link_leads_to_a_page(up: Tree) -> None:
    link = eventually(lambda: next((one for one in up.links()[::-1] if "/setup/" in one), ""))
    assert up.get("/setup/" + link.split("/setup/")[1]) in {200, 302, 303}


def test_a_warm_start_shows_the_first_page_in_less_than_three_seconds(used: Tree) -> None:
    best = 99.0
    for _attempt in range(3):
        begun = time.monotonic()
        used.start()
        assert used.get("/") < 400
        best = min(best, time.monotonic() - begun)
        used.stop()
    assert best < 3


def test_it_stops_in_less_than_two_seconds_and_leaves_nothing(used: Tree) -> None:
    best = 99.0
    for _attempt in range(3):
        used.start()
        eventually(lambda: used.pid_of("worker"))
        time.sleep(2)
        best = min(best, used.stop())
        assert used.processes() == {}
    assert best < 2


@pytest.mark.parametrize("role", ["web", "worker", "postgres", "guardian"])
def test_what_is_killed_comes_back(up: Tree, role: str) -> None:
    before = up.kill(role)
    eventually(lambda: up.pid_of(role) not in (None, before))
    up.wait()
    assert up.get("/") < 400


def test_killing_the_whole_desk_leaves_nothing_behind(up: Tree) -> None:
    assert up.process is not None
    up.process.kill()
    up.process.wait()
    eventually(lambda: not up.processes(), within=10)
    up.start()


def test_life_does_not_depend_on_the_database(up: Tree) -> None:
    postgres = up.pid_of("postgres")
    assert postgres is not None
    os.kill(postgres, signal.SIGSTOP)
    try:
        assert up.get("/health/live") == 200
    finally:
        os.kill(postgres, signal.SIGCONT)
    up.wait()


def test_a_desk_is_not_started_twice(up: Tree) -> None:
    with pytest.raises(AssertionError, match="up already"):
        up.command("up")
    assert up.get("/health/ready") == 200


def test_a_taken_port_is_named_with_its_variable(up: Tree) -> None:
    with a_tree() as other:
        other.port = up.port
        with pytest.raises(AssertionError, match="ATALAYA_PORT"):
            other.command("up")


def test_a_misspelt_variable_stops_the_start() -> None:
    with a_tree() as tree:
        tree.settings["ATALAYA_PROT"] = "80"
        with pytest.raises(AssertionError, match="Did you mean ATALAYA_PORT"):
            tree.command("up")


def test_desks_run_side_by_side(up: Tree) -> None:
    with a_tree() as other:
        other.start()
        assert up.get("/health/ready") == 200
        other.stop()
        assert up.get("/health/ready") == 200


def test_a_backup_of_a_running_desk_opens_elsewhere(up: Tree) -> None:
    file = up.folder / "saved.tar.gz"
    up.command("backup", str(file))
    with a_tree() as other:
        said = other.command("restore", "--verify", str(file))
        assert "the same as when it was saved" in said
        other.start()
        assert other.get("/") < 400
        ours, theirs = (tree.data / "secrets" / "secret_key" for tree in (up, other))
        assert ours.read_text() == theirs.read_text()


def test_commands_share_the_database_of_a_running_desk(up: Tree) -> None:
    before = up.pid_of("postgres")
    said = up.command("user", "add", "max@example.org", "--name", "Max", "--role", "admin")
    assert f"http://localhost:{up.port}/sign-in/link/" in said
    assert up.pid_of("postgres") == before


def test_parts_of_a_desk_run_apart(used: Tree) -> None:
    used.start()
    used.stop()
    parts = [
        subprocess.Popen([ATALAYA, "up", option], env=used.environment, stdout=subprocess.DEVNULL)
        for option in ("--worker", "--web")
    ]
    try:
        eventually(lambda: used.get("/health/ready") == 200, within=60)
        assert sorted(used.processes().values()).count("postgres") == 1
    finally:
        for part in parts:
            part.terminate()
        for part in parts:
            assert part.wait(20) == 0
    eventually(lambda: not used.processes())


@pytest.mark.slow
def test_an_idle_desk_needs_less_than_400_megabytes(up: Tree) -> None:
    assert up.get("/") < 400
    time.sleep(60)
    weights = up.weights()
    assert sum(weights.values()) < 400 * 10**6, weights
