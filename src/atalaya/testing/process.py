"""This test process: its environment, its data folder, and who owns the server.

Imported before anything of the product: the settings read their environment once.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

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


def data_folder() -> Path:
    """The data directory of this test process, removed at its end."""
    return _DATA


def is_worker() -> bool:
    """Whether this process runs tests for another one that owns the server."""
    return bool(_worker)


def given_server() -> str:
    """The URL of the server to test on, or nothing for the embedded one."""
    return _GIVEN_SERVER


def worker_input(config: pytest.Config) -> dict[str, Any]:
    """What the owner of the workers told this one; empty where there are no workers."""
    found: dict[str, Any] = getattr(config, "workerinput", {})
    return found


def wants_everything() -> bool:
    """Whether nothing may be left out of this run: ``CI`` is set."""
    return bool(_environ.get("CI"))
