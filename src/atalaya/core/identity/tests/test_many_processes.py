"""Guessing at several processes at once gains nothing."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from atalaya.core.identity.actions import open_account, set_password
from atalaya.core.people.actions import add_person
from atalaya.core.people.models import SYSTEM

GUESSER = """
import django
django.setup()
from atalaya.core.identity.actions.passwords import sign_in_with_password
from atalaya.core.identity.errors import TooManyTries, WrongCredentials
said = []
for number in range(10):
    try:
        sign_in_with_password("omar@example.org", f"guess {number}", source="192.0.2.7")
    except WrongCredentials:
        said.append("tried")
    except TooManyTries:
        said.append("stopped")
print(said.count("tried"), said.count("stopped"))
"""


def guess(url: str, data: str) -> tuple[int, int]:
    settings = "atalaya.config.settings.testing"
    environment = {"DATABASE_URL": url, "ATALAYA_DATA": data, "DJANGO_SETTINGS_MODULE": settings}
    done = subprocess.run(
        [sys.executable, "-c", GUESSER],
        check=False,
        capture_output=True,
        text=True,
        env={**environment, "PYTHONPATH": "src", "ATALAYA_LOG_LEVEL": "error", "HOME": data},
    )
    assert done.returncode == 0, done.stderr
    tried, stopped = done.stdout.split()[-2:]
    return int(tried), int(stopped)


@pytest.mark.concurrency
def test_three_processes_share_one_count(committed_desk: Any, tmp_path: Any) -> None:
    omar = add_person("Omar", by=SYSTEM, addresses=["omar@example.org"])
    set_password(open_account(omar, by=SYSTEM), "a watchtower sees far", by=SYSTEM)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(guess, committed_desk.url, str(tmp_path)) for _process in range(3)]
        counts = [one.result() for one in asked]
    assert sum(tried for tried, _stopped in counts) == 5
    assert sum(stopped for _tried, stopped in counts) == 25
