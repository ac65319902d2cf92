"""Mail keeps coming while web, worker and PostgreSQL are killed again and again: all of it arrives.

The clients are mail servers: what nobody took they bring again. A mail that was acknowledged must
be there byte for byte; one that was brought twice, because its acknowledgement was lost with the
process that gave it, must be there once.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator

import httpx
import psutil
import pytest
from tests.concurrency.killing import ROLES, Killer, Sender, digest, letters

from atalaya.testing.desks import RunningDesk, a_desk

pytestmark = [pytest.mark.concurrency, pytest.mark.servers]

CLIENTS = 4
READ = """
import hashlib
from atalaya.core.files.queries import open_content
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.channels.models import RawMessage
raws = []
for raw in RawMessage.objects.select_related("file"):
    with open_content(raw.file) as stored:
        found = hashlib.sha256(stored.read()).hexdigest()
    raws.append([raw.outcome, raw.file.sha256, found, raw.detail])
items = list(WorkItem.objects.values_list("subject", flat=True))
entries = list(Entry.objects.filter(kind="message").values_list("item__subject", "text"))
print(json.dumps({"raws": raws, "items": items, "entries": entries}))
"""
WAITING = """
from atalaya.engines.channels.models import RawMessage
print(RawMessage.objects.filter(outcome="").count())
"""


@contextlib.contextmanager
def readers(desk: RunningDesk) -> Iterator[Counter[int]]:
    """Somebody reads pages all the time; an answer that is broken for good would be seen."""
    seen: Counter[int] = Counter()
    stop = threading.Event()

    def read() -> None:
        while not stop.wait(0.1):
            with contextlib.suppress(httpx.HTTPError):
                seen[httpx.get(f"{desk.url}/", timeout=5).status_code] += 1

    thread = threading.Thread(target=read, name="reader", daemon=True)
    thread.start()
    yield seen
    stop.set()
    thread.join(10)


def state_of(desk: RunningDesk) -> str:
    """What there is of a desk, and what it said last, its database's absence left out."""
    assert desk.process is not None
    lines = [f"atalaya up: exit code {desk.process.poll()}"]
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(desk.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                lines.append(f"{process.pid} {process.status()} {process.cmdline()[:4]}")
    said = [line[:300] for line in desk.log.splitlines() if "error connecting in" not in line]
    return "\n".join([*lines, *said[-60:]])


def wait_until_all_is_processed(desk: RunningDesk, *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while (waiting := int(desk.python(WAITING).split()[-1])) > 0:
        assert time.monotonic() < until, f"{waiting} mails are still waiting"
        time.sleep(1)


@pytest.mark.parametrize(
    ("mails", "times"),
    [
        pytest.param(120, 5, id="120 mails, 15 kills"),
        pytest.param(500, 20, id="500 mails, 60 kills", marks=pytest.mark.slow),
    ],
)
def test_every_mail_arrives_exactly_once_while_everything_is_killed(mails: int, times: int) -> None:
    sent = letters(mails, seed=mails)
    with a_desk(ATALAYA_LOG_LEVEL="error") as desk:
        killer = Killer(desk, times, seed=mails)
        pace = CLIENTS / mails
        senders = [Sender(desk, sent[number::CLIENTS], killer, pace) for number in range(CLIENTS)]
        with readers(desk) as seen:
            killer.start()
            for sender in senders:
                sender.start()
            for thread in (killer, *senders):
                thread.join(900)
        trouble = [*killer.trouble, *(line for sender in senders for line in sender.trouble)]
        assert not trouble, f"{trouble}\nkilled: {killer.killed}\n{state_of(desk)}"
        assert killer.killed == dict.fromkeys(ROLES, times)
        desk.wait()
        wait_until_all_is_processed(desk)
        found = json.loads(desk.python(READ).splitlines()[-1])

    tries = sum(sender.tries for sender in senders)
    print(f"{mails} mails, {tries} tries, {killer.killed.total()} kills, pages {dict(seen)}")
    assert tries > mails, "nothing was in the way of any mail: the test proves nothing"

    wanted = {digest(mail): number for number, mail in enumerate(sent)}
    assert all(claimed == stored for _outcome, claimed, stored, _detail in found["raws"])
    outcomes: dict[str, list[str]] = {}
    for outcome, _claimed, stored, _detail in found["raws"]:
        outcomes.setdefault(stored, []).append(outcome)
    assert set(outcomes) == set(wanted), "a mail is missing, or is not what was sent"
    assert {tuple(sorted(set(one) - {"duplicate"})) for one in outcomes.values()} == {("ticket",)}
    assert all(one.count("ticket") == 1 for one in outcomes.values())

    subjects = [f"Trouble number {number:04d}" for number in range(mails)]
    assert sorted(found["items"]) == subjects
    assert sorted(subject for subject, _text in found["entries"]) == subjects
    for subject, text in found["entries"]:
        assert f"Line two of {int(subject.split()[-1])}." in text
