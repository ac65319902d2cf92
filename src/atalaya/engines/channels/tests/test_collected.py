"""The collected mails, through both doors: each ends in the outcome a person has reviewed.

``outcomes.json`` holds a digest of the name of each file and a code, no word of the mails.
"""

from __future__ import annotations

import hashlib
import json
import smtplib
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.channels import actions, fetching
from atalaya.engines.channels.models import Mailbox, RawMessage
from atalaya.testing.mailhouse import PASSWORD, MailHouse
from atalaya.testing.plugin import PUBLIC_DATA_ABSENT
from atalaya.testing.working import JobsRun

HERE = Path(__file__).resolve().parent
ARCHIVE = HERE.parents[5] / "shared" / "data" / "mail" / "mail.zip"
REVIEWED = HERE / "outcomes.json"
SENDER = "somebody@example.net"

pytestmark = [pytest.mark.servers]


def collected() -> dict[str, bytes]:
    if not ARCHIVE.exists():
        pytest.skip(f"{PUBLIC_DATA_ABSENT}: {ARCHIVE.name}")
    with zipfile.ZipFile(ARCHIVE) as opened:
        names = sorted(name for name in opened.namelist() if name.endswith(".eml"))
        return {name: opened.read(name) for name in names}


def code(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def said(raw: RawMessage) -> str:
    return f"{raw.outcome}:{raw.reason}" if raw.outcome == "parked" else raw.outcome


def check(found: dict[str, str], *, accept: bool) -> None:
    if accept:
        REVIEWED.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    reviewed = json.loads(REVIEWED.read_text())
    different = {key: (found.get(key), reviewed.get(key)) for key in reviewed}
    assert {key: pair for key, pair in different.items() if pair[0] != pair[1]} == {}
    assert len(found) == 170
    parked = [outcome for outcome in found.values() if outcome.startswith("parked")]
    assert len(parked) <= 8
    assert all(outcome.partition(":")[2] for outcome in parked)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether what is found becomes what is reviewed (``--update-snapshots``)."""
    return bool(request.config.getoption("--update-snapshots"))


def counted() -> tuple[int, int, int]:
    return WorkItem.objects.count(), Entry.objects.count(), Person.objects.count()


def test_through_the_listener(listener: int, box: Mailbox, run_jobs: JobsRun, accept: bool) -> None:
    mails = collected()

    def deliver() -> list[RawMessage]:
        last = RawMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with smtplib.SMTP("127.0.0.1", listener, timeout=60) as client:
            for content in mails.values():
                client.sendmail(SENDER, [box.address], content)
        run_jobs()
        return list(RawMessage.objects.filter(pk__gt=last).order_by("pk"))

    first = deliver()
    check({code(name): said(raw) for name, raw in zip(mails, first, strict=True)}, accept=accept)
    before = counted()
    again = Counter(raw.outcome for raw in deliver())
    assert again == {"duplicate": 170}
    assert counted() == before


def test_through_imap(box: Mailbox, mail_house: MailHouse, run_jobs: JobsRun, accept: bool) -> None:
    mails = collected()
    box = actions.save_mailbox(
        box,
        by=SYSTEM,
        address="collected@example.org",
        source=Mailbox.Source.IMAP,
        host="127.0.0.1",
        port=mail_house.imap_port,
        security=Mailbox.Security.NONE,
        password=PASSWORD,
    )
    # A mailbox hands out numbers as it sees files: one after the other keeps the order known.
    with fetching.connected(box) as session:
        for content in mails.values():
            mail_house.deliver(box.address, content)
            assert fetching.fetch(box, session) == 1
    run_jobs()
    raws = list(RawMessage.objects.order_by("uid"))
    check({code(name): said(raw) for name, raw in zip(mails, raws, strict=True)}, accept=accept)
    before = counted()
    box.last_uid = 0
    with fetching.connected(box) as session:
        while fetching.fetch(box, session):
            run_jobs()
    assert counted() == before
    assert RawMessage.objects.count() == 170
