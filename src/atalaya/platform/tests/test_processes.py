"""The supervisor with real children."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from atalaya.platform.processes import Child, Supervisor

SOURCE = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.concurrency


def python(code: str) -> Any:
    return [sys.executable, "-c", textwrap.dedent(code)]


WAITS = python("import time; print('up', flush=True); time.sleep(600)")
STUBBORN = python(
    """
    import signal, time
    signal.signal(15, signal.SIG_IGN)
    print('up', flush=True)
    time.sleep(600)
    """
)


def eventually(check: Callable[[], Any], *, within: float = 10.0) -> Any:
    until = time.monotonic() + within
    while not (answer := check()):
        assert time.monotonic() < until, f"stayed {answer!r}"
        time.sleep(0.02)
    return answer


def said(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def is_gone(pid: int) -> Any:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


class Script:
    """What happens in the main thread's supervisor, driven from another thread."""

    def __init__(self, children: Any, *, grace: float = 5.0) -> None:
        self.lines: list[tuple[str, str]] = []
        self.supervisor = Supervisor(
            children, say=lambda name, line: self.lines.append((name, line)), grace=grace
        )

    def play(self, scene: Any) -> Any:
        problems = []

        def act() -> Any:
            try:
                scene(self)
            except BaseException as problem:
                problems.append(problem)
            finally:
                self.supervisor.stop()

        thread = threading.Thread(target=act)
        thread.start()
        self.supervisor.run()
        thread.join()
        if problems:
            raise problems[0]

    def wait_for(self, line: Any, *, times: float = 1) -> Any:
        eventually(lambda: self.lines.count(line) >= times)


def test_the_lines_of_children_carry_their_names() -> None:
    script = Script([Child("one", WAITS), Child("two", WAITS)])

    def scene(script: Script) -> Any:
        script.wait_for(("one", "up"))
        script.wait_for(("two", "up"))

    script.play(scene)
    assert script.supervisor.pids() == {}


def test_a_child_that_is_killed_comes_back() -> None:
    script = Script([Child("web", WAITS)])

    def scene(script: Script) -> Any:
        script.wait_for(("web", "up"))
        pid = script.supervisor.pids()["web"]
        os.kill(pid, signal.SIGKILL)
        script.wait_for(("web", "up"), times=2)
        assert script.supervisor.pids()["web"] != pid

    script.play(scene)
    assert any("signal 9" in line for _name, line in script.lines)


def test_a_child_that_keeps_dying_is_started_at_growing_distances() -> None:
    script = Script([Child("web", python("print('oh', flush=True); raise SystemExit(3)"))])
    script.play(lambda script: script.wait_for(("web", "oh"), times=4))
    pauses = [line.split(" in ")[1] for _name, line in script.lines if "exit code 3" in line]
    assert pauses[:3] == ["0.2 s", "0.4 s", "0.8 s"]


def test_the_others_stay_while_one_is_down() -> None:
    script = Script([Child("web", WAITS), Child("bad", python("raise SystemExit(1)"))])

    def scene(script: Script) -> Any:
        script.wait_for(("web", "up"))
        pid = script.supervisor.pids()["web"]
        eventually(lambda: sum(name == "bad" for name, _line in script.lines) >= 2)
        assert script.supervisor.pids()["web"] == pid

    script.play(scene)


def test_stopping_is_quick() -> None:
    script = Script([Child(str(number), WAITS) for number in range(4)])
    begun = []

    def scene(script: Script) -> Any:
        for number in range(4):
            script.wait_for((str(number), "up"))
        begun.append(time.monotonic())

    script.play(scene)
    assert time.monotonic() - begun[0] < 1


def test_a_child_that_does_not_stop_is_killed() -> None:
    script = Script([Child("deaf", STUBBORN)], grace=0.3)
    pids = []

    def scene(script: Script) -> Any:
        script.wait_for(("deaf", "up"))
        pids.append(script.supervisor.pids()["deaf"])

    script.play(scene)
    assert is_gone(pids[0])
    assert ("deaf", "does not stop: killed") in script.lines


def test_a_signal_that_comes_twice_is_one() -> None:
    polite = python(
        """
        import signal, time
        signal.signal(15, lambda *_: (time.sleep(0.3), print('bye', flush=True), exit()))
        print('up', flush=True)
        time.sleep(600)
        """
    )
    script = Script([Child("a", polite)])

    def scene(script: Script) -> None:
        script.wait_for(("a", "up"))
        script.supervisor.stop()
        script.supervisor.stop()

    script.play(scene)
    assert ("a", "bye") in script.lines


def test_the_last_words_of_a_child_are_not_lost() -> None:
    script = Script([Child("web", python("print('a' * 200_000 + 'end', end='', flush=True)"))])
    script.play(
        lambda script: eventually(lambda: any("ended" in line for _n, line in script.lines))
    )
    assert "".join(line for _name, line in script.lines).count("aend") >= 1


def test_all_are_started_anew_when_asked() -> None:
    script = Script([Child("web", WAITS)])

    def scene(script: Script) -> Any:
        script.wait_for(("web", "up"))
        script.supervisor.restart()
        script.wait_for(("web", "up"), times=2)

    script.play(scene)


FAMILY = f"""
import sys
sys.path.insert(0, {str(SOURCE)!r})
from atalaya.platform.processes import Child, Supervisor
child = '''
import os, sys, time
sys.path.insert(0, {str(SOURCE)!r})
from atalaya.platform.processes import leave_with_parent
leave_with_parent(os.getppid(), patience=0.5)
DEAF
print(os.getpid(), flush=True)
time.sleep(600)
'''
Supervisor([Child("a", [sys.executable, "-c", child])]).run()
print("clean", flush=True)
"""


@pytest.mark.parametrize("deaf", ["", "import signal; signal.signal(15, signal.SIG_IGN)"])
def test_no_child_outlives_a_parent_that_is_killed(deaf: str) -> None:
    with subprocess.Popen(
        python(FAMILY.replace("DEAF", deaf)), stdout=subprocess.PIPE, text=True
    ) as family:
        pid = int(said(family).readline().split()[1])
        family.kill()
        eventually(lambda: is_gone(pid))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_parent_stops_everybody(number: int) -> None:
    with subprocess.Popen(
        python(FAMILY.replace("DEAF", "")), stdout=subprocess.PIPE, text=True
    ) as family:
        pid = int(said(family).readline().split()[1])
        family.send_signal(number)
        assert said(family).read() == "clean\n"
        assert is_gone(pid)
