"""The pytest plugin of Atalaya, for its own tests and for those of integration authors.

It chooses the test settings before Django is set up, brings a real PostgreSQL (the embedded one, or
the server named by ``ATALAYA_TEST_DATABASE_URL``), and registers the fixtures of the other modules
of this package. With ``CI`` set, a skipped test is a failed one.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController  # type: ignore[import-untyped]  # has none

# The environment is read once, when the settings are first imported: it has to be right before
# pytest-django loads them, hence at the import of this module and not in a hook.
_environ = os.environ  # noqa: TID251 - the test process decides the environment of its settings
_worker = _environ.get("PYTEST_XDIST_WORKER", "")
_GIVEN_SERVER = _environ.pop("ATALAYA_TEST_DATABASE_URL", "")
_environ.pop("DATABASE_URL", None)
_environ.setdefault("DJANGO_SETTINGS_MODULE", "atalaya.config.settings.testing")
if _worker:
    _DATA = Path(_environ["ATALAYA_DATA"]) / _worker
    _DATA.mkdir()
else:
    _DATA = Path(tempfile.mkdtemp(prefix="atalaya-test-"))
    if os.geteuid() == 0:
        _DATA.chmod(0o711)  # PostgreSQL runs as a user of its own and has to walk through
_environ["ATALAYA_DATA"] = str(_DATA)
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)

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


def data_folder() -> Path:
    """The data directory of this test process, removed at its end."""
    return _DATA


def is_worker() -> bool:
    """Whether this process runs tests for another one that owns the server."""
    return bool(_worker)


def given_server() -> str:
    """The URL of the server to test on, or nothing for the embedded one."""
    return _GIVEN_SERVER


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
    return bool(_environ.get("CI"))


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


def worker_input(config: pytest.Config) -> dict[str, Any]:
    """What the owner of the workers told this one; empty where there are no workers."""
    found: dict[str, Any] = getattr(config, "workerinput", {})
    return found
