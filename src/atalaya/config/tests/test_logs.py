"""The log: lines for programs, and no secrets in them."""

from __future__ import annotations

import json
import subprocess
import sys

from atalaya.config.logs import without_secrets

PROGRAM = """
import logging, structlog
from atalaya.config import logs
logs.set_up(level="info", form="json")
structlog.contextvars.bind_contextvars(request="r1")
structlog.get_logger("ours").info("signed_in", person=7, token="atl_secret")
logging.getLogger("theirs").warning("slow %s", "query")
structlog.get_logger("ours").debug("not shown")
try:
    1 / 0
except ZeroDivisionError:
    structlog.get_logger("ours").exception("broken")
"""


def test_ours_and_those_of_libraries_are_lines_of_json_with_the_request() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    )
    ours, theirs, broken = [json.loads(line) for line in done.stderr.splitlines()]
    assert (ours["event"], ours["person"], ours["request"], ours["token"]) == (
        "signed_in",
        7,
        "r1",
        "•••",
    )
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "slow query",
        "warning",
        "theirs",
    )
    assert "ZeroDivisionError" in broken["exception"]
    assert "atl_secret" not in done.stderr


def test_values_named_like_secrets_are_covered() -> None:
    covered = without_secrets(None, "info", {"event": "x", "Password": "p", "person": 7})
    assert covered == {"event": "x", "Password": "•••", "person": 7}
