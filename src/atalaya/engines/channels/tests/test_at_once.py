"""Several workers on the same mail make one thing of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from atalaya.core.people.models import Person
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.channels import actions
from atalaya.engines.channels.models import Mailbox, RawMessage
from atalaya.testing.mailhouse import letter

pytestmark = pytest.mark.concurrency


def at_once(*runs: Callable[[], object]) -> list[Exception]:
    """Run functions in threads with connections of their own, begun at the same moment."""
    gate = threading.Barrier(len(runs))
    failed: list[Exception] = []

    def go(run: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            run()
        except Exception as problem:
            failed.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failed


def copy(box: Mailbox, rita: Person, number: int = 0) -> RawMessage:
    message = letter("Printer", "Broken.", sender="rita@example.org", to=box.address)
    message.replace_header("Message-ID", f"<same.{number}@example.org>")
    return actions.take_mail(
        message.as_bytes(), source=Mailbox.Source.LISTENER, envelope_to=[box.address]
    )


def test_one_mail_processed_by_four_workers_is_one_ticket(box: Mailbox, rita: Person) -> None:
    raw = copy(box, rita)
    work = [lambda: actions.process_mail(RawMessage.objects.get(pk=raw.pk))] * 4
    assert at_once(*work) == []
    assert (WorkItem.objects.count(), Entry.objects.count()) == (1, 1)


def test_four_copies_processed_at_once_are_one_ticket(box: Mailbox, rita: Person) -> None:
    raws = [copy(box, rita) for _number in range(4)]
    assert at_once(*[lambda raw=raw: actions.process_mail(raw) for raw in raws]) == []
    outcomes = Counter(RawMessage.objects.values_list("outcome", flat=True))
    assert outcomes == {"ticket": 1, "duplicate": 3}
    assert WorkItem.objects.count() == 1


def test_strangers_who_write_twice_at_once_become_one_person(box: Mailbox) -> None:
    raws = []
    for number in range(3):
        message = letter(f"No {number}", "Hi.", sender="new@example.net", to=box.address)
        raws.append(
            actions.take_mail(
                message.as_bytes(), source=Mailbox.Source.LISTENER, envelope_to=[box.address]
            )
        )
    failed = at_once(*[lambda raw=raw: actions.process_mail(raw) for raw in raws])
    assert failed == []
    assert WorkItem.objects.values("requester").distinct().count() == 1
    assert WorkItem.objects.count() == 3


def test_the_same_place_in_a_mailbox_fetched_by_two_is_kept_once(box: Mailbox) -> None:
    def fetch() -> None:
        actions.take_mail(
            b"From: a@example.net\n\nHello",
            source=Mailbox.Source.IMAP,
            mailbox=box,
            uid=7,
            uid_validity=1,
        )

    at_once(fetch, fetch, fetch)
    assert RawMessage.objects.count() == 1
