"""The pytest plugin of Atalaya, for its own tests and for those of integration authors.

It chooses the test settings before Django is set up, brings a real PostgreSQL (the embedded one, or
the server named by ``ATALAYA_TEST_DATABASE_URL``), and registers the fixtures of the other modules
of this package. With ``CI`` set, a skipped test is a failed one.
"""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from atalaya.testing import process

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController  # type: ignore[import-untyped]  # has none

# The only reason for which a test may be skipped where CI is set: the corpora that are too large
# for the repository are not beside it.
PUBLIC_DATA_ABSENT = "the public data is absent"

FIXTURES = (
    "atalaya.testing.database",
    "atalaya.testing.clocks",
    "atalaya.testing.snapshots",
    "atalaya.testing.working",
    "atalaya.testing.cast",
    "atalaya.testing.programs",
    "atalaya.testing.visiting",
    "atalaya.testing.mailhouse",
    "atalaya.testing.desks",
    "atalaya.testing.browser",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-snapshots``."""
    parser.getgroup("atalaya").addoption(
        "--update-snapshots",
        action="store_true",
        help="accept what the code does now as what it should do (tests/snapshots)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the fixtures after pytest-django's, so that ours replace those of the same name."""
    for name in FIXTURES:
        config.pluginmanager.register(import_module(name), name)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Start the server once, in the process that owns the workers, and tell them where it is."""
    from atalaya.testing.servers import server_of

    server = server_of(node.config)
    node.workerinput["atalaya_server"] = server.address
    node.workerinput["atalaya_run"] = server.run


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this run started."""
    from atalaya.testing.servers import stop_server_of

    stop_server_of(config)


def skips_are_failures() -> bool:
    """Whether this is a run in which nothing may be left out."""
    return process.wants_everything()


def _turn_red(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail") or not skips_are_failures():
        return
    reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if PUBLIC_DATA_ABSENT in reason:
        return
    report.outcome = "failed"
    report.longrepr = f"Skipped where nothing may be skipped (CI is set): {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where CI is set."""
    report: pytest.TestReport = yield
    _turn_red(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into a failure where CI is set."""
    report: pytest.CollectReport = yield
    _turn_red(report)
    return report
