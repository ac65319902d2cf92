"""An Idempotency-Key between processes: real connections, real commits."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from atalaya.api.models import Answer
from atalaya.core.people.models import Person
from atalaya.core.work.models import WorkItem
from atalaya.testing.programs import Program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
NEW = {"subject": "The backup failed"}


def in_another_connection(work: Callable[[], Any]) -> Any:
    """Run ``work`` on a connection of its own, as another process would."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def test_a_request_that_is_still_running_is_not_done_twice(
    key_of: Callable[..., Program], omar: Person
) -> None:
    program = key_of(omar)
    program.post("tickets", {"subject": " "}, 422, label="other")
    who = Answer.objects.get().who
    Answer.objects.update(label="one", status=None)
    with transaction.atomic():
        Answer.objects.select_for_update().get(who=who, label="one")
        answer = in_another_connection(
            lambda: program.ask("POST", "tickets", {"subject": " "}, label="one")
        )
        assert (answer.status_code, json.loads(answer.content)["code"]) == (409, "still_running")
    assert not WorkItem.objects.exists()


def test_what_a_crash_left_undone_is_done_by_the_next_try(
    key_of: Callable[..., Program], omar: Person
) -> None:
    program = key_of(omar)
    first = program.ask("POST", "tickets", NEW, label="two")
    kept = Answer.objects.get()
    # As a killed process leaves it: the row is there, neither change nor answer is.
    Answer.objects.filter(pk=kept.pk).update(status=None, content=b"")
    second = program.ask("POST", "tickets", NEW, label="two")
    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in second.headers
    assert Answer.objects.get().status == 201


def test_ten_tries_at_once_open_one_ticket(key_of: Callable[..., Program], omar: Person) -> None:
    program = key_of(omar)
    codes: list[int] = []

    def ask() -> None:
        try:
            codes.append(program.ask("POST", "tickets", NEW, label="three").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {201, 409}
    assert 201 in codes
    assert WorkItem.objects.count() == 1


def test_a_pace_is_shared_between_processes(key_of: Callable[..., Program], omar: Person) -> None:
    from atalaya.core.people.models import SYSTEM
    from atalaya.core.preferences.actions import decide

    decide("api", by=SYSTEM, requests_per_minute=1, burst=3)
    program = key_of(omar)
    codes = [in_another_connection(lambda: program.ask("GET", "me").status_code) for _n in range(4)]
    assert codes == [200, 200, 200, 429]
