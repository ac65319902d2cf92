"""Run the checks of this project, with a heading and a time for each.

    tools/check.py                    everything CI runs
    tools/check.py --all              the slow tests too, and every test on PostgreSQL 15
    tools/check.py lint types         only these
    tools/check.py --list             what there is

The checks that read the source run two at a time; those that start servers run one after the other.
All of them run even when one fails, unless ``--fail-fast`` is given.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable
WORKERS = str(min(os.cpu_count() or 2, 4))
# Real servers and browsers want a core to themselves, or they measure each other's waiting.
ALONE = "browser or concurrency"


@dataclass(frozen=True)
class Step:
    """One check: its name, what it is for, and the commands that make it up."""

    name: str
    purpose: str
    commands: tuple[tuple[str, ...], ...]
    reads_only: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    step: Step
    ok: bool
    seconds: float


def _tool(name: str) -> str:
    return str(BIN / name)


def _pytest(*arguments: str, workers: str = WORKERS) -> tuple[str, ...]:
    parallel = ("-n", workers) if workers != "0" else ()
    return (PYTHON, "-m", "pytest", "-q", "--durations=10", *parallel, *arguments)


def steps(*, everything: bool) -> list[Step]:
    """The checks in their order: what fails quickest first."""
    quick = "" if everything else " and not slow"
    python = ("src", "tests", "tools", "hatch_build.py")
    with_postgres_15 = (PYTHON, "tools/with_postgres.py", "15", "--")
    # Where SQL is ours and not the ORM's; all of it with --all.
    sql = ("core/conditions", "core/journal", "core/people", "core/work", "engines/search")
    subset = [] if everything else [f"src/atalaya/{one}" for one in (*sql, "practices/tickets")]
    return [
        Step(
            "format",
            "Python is in the house's form",
            ((_tool("ruff"), "format", "--check", "--quiet", *python),),
            reads_only=True,
        ),
        Step(
            "lint",
            "ruff and spelling",
            (
                (_tool("ruff"), "check", "--quiet", *python),
                (
                    _tool("codespell"),
                    "src",
                    "tests",
                    "tools",
                    "docs",
                    "README.md",
                    "CONTRIBUTING.md",
                ),
            ),
            reads_only=True,
        ),
        Step(
            "imports",
            "packages know only what is below",
            ((_tool("lint-imports"),),),
            reads_only=True,
        ),
        Step("types", "mypy, strict", ((_tool("mypy"),),), reads_only=True),
        Step(
            "messages",
            "every sentence has its Spanish",
            ((PYTHON, "tools/messages.py", "check"),),
            reads_only=True,
        ),
        Step("assets", "scripts, styles and catalogues are built", ((PYTHON, "tools/assets.py"),)),
        Step("tests", "on the embedded PostgreSQL", (_pytest("-m", f"not ({ALONE}){quick}"),)),
        Step(
            "postgresql-15",
            "the oldest server that is supported",
            ((*with_postgres_15, *_pytest("-m", f"not ({ALONE} or servers){quick}", *subset)),),
        ),
        Step(
            "concurrency",
            "several connections and processes at once",
            (_pytest("-m", f"concurrency and not browser{quick}", workers="0"),),
        ),
        Step(
            "journeys",
            "people's ways through the desk, in Chromium",
            (_pytest("-m", f"browser{quick}"),),
        ),
        Step(
            "wheel",
            "built, installed in a fresh environment, used",
            ((PYTHON, "tools/wheel_smoke.py"),),
        ),
        Step("audit", "known vulnerabilities", ((PYTHON, "tools/audit.py"),)),
    ]


def run(step: Step, *, quiet: bool) -> Outcome:
    """Run the commands of a check; with ``quiet`` their output is kept and shown when they end."""
    started = time.monotonic()
    ok, kept = True, []
    for command in step.commands:
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
        )
        kept.append(done.stdout or "")
        if done.returncode:
            kept.append(f"exit {done.returncode}: {' '.join(command[:6])}\n")
            ok = False
    outcome = Outcome(step, ok, time.monotonic() - started)
    if quiet:
        _heading(step)
        sys.stdout.write("".join(kept))
    _say(f"-- {step.name}: {'ok' if ok else 'FAILED'} in {outcome.seconds:.0f} s")
    return outcome


def _heading(step: Step) -> None:
    _say(f"\n== {step.name}: {step.purpose}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run_all(chosen: list[Step], *, fail_fast: bool) -> list[Outcome]:
    """Run the checks that only read side by side, then the others in their order."""
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        reading = [step for step in chosen if step.reads_only]
        outcomes += pool.map(lambda step: run(step, quiet=True), reading)
    for step in chosen:
        if fail_fast and not all(outcome.ok for outcome in outcomes):
            break
        if not step.reads_only:
            _heading(step)
            outcomes.append(run(step, quiet=False))
    return outcomes


def main() -> int:
    """Run what was asked for; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="check")
    parser.add_argument("--all", action="store_true", help="the full matrix")
    parser.add_argument("--list", action="store_true", help="name the checks")
    parser.add_argument("--fail-fast", action="store_true", help="stop at the first that fails")
    options = parser.parse_args()
    known = steps(everything=options.all)
    if options.list:
        for step in known:
            _say(f"{step.name:15} {step.purpose}")
        return 0
    unknown = set(options.names) - {step.name for step in known}
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    chosen = [step for step in known if not options.names or step.name in options.names]
    started = time.monotonic()
    outcomes = run_all(chosen, fail_fast=options.fail_fast)
    _say("\n== summary")
    for outcome in outcomes:
        _say(
            f"{'ok    ' if outcome.ok else 'FAILED'} {outcome.seconds:5.0f} s  {outcome.step.name}"
        )
    failed = [outcome for outcome in outcomes if not outcome.ok]
    _say(
        f"{len(outcomes) - len(failed)} checks fine, {len(failed)} not, "
        f"{time.monotonic() - started:.0f} s"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
