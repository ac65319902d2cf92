"""What becomes of mail: one outcome each, whatever comes and however often."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from atalaya.core.files.queries import content_path, open_content
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.people.queries import person_with_address
from atalaya.core.preferences.actions import decide
from atalaya.core.work.models import WorkItem
from atalaya.engines.channels import actions, queries
from atalaya.engines.channels.errors import NothingToRetry
from atalaya.engines.channels.mail import threading
from atalaya.engines.channels.models import Mailbox, OutgoingMail, RawMessage
from atalaya.kernel.errors import NotAllowed
from atalaya.testing.mailhouse import letter
from atalaya.testing.working import JobsRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk_box(db: None, front_desk: Team) -> Mailbox:
    Mailbox.objects.all().delete()
    return actions.save_mailbox(by=SYSTEM, address="help@example.org", team=front_desk)


@pytest.fixture
def take(desk_box: Mailbox, run_jobs: JobsRun) -> Callable[..., RawMessage]:
    def taken(message: EmailMessage | bytes, **more: Any) -> RawMessage:
        content = message if isinstance(message, bytes) else message.as_bytes()
        more.setdefault("envelope_to", [desk_box.address])
        raw = actions.take_mail(content, source=Mailbox.Source.LISTENER, **more)
        run_jobs()
        raw.refresh_from_db()
        return raw

    return taken


def from_rita(subject: str = "Printer", text: str = "It is broken.", **more: Any) -> EmailMessage:
    return letter(subject, text, sender="rita@example.org", to="help@example.org", **more)


def test_a_mail_is_kept_byte_for_byte_and_opens_a_ticket_of_its_mailbox(
    take: Callable[..., RawMessage], rita: Person, front_desk: Team
) -> None:
    content = from_rita().as_bytes().replace(b"\n", b"\r\n")
    raw = take(content)
    with open_content(raw.file) as kept:
        assert kept.read() == content
    assert (raw.outcome, raw.kind) == ("ticket", "message")
    item = raw.item
    assert item is not None
    assert (item.subject, item.requester, item.team, item.channel) == (
        "Printer",
        rita,
        front_desk,
        "mail",
    )
    assert raw.entry is not None
    assert raw.entry.text == "It is broken."


def test_the_same_mail_twice_is_one_entry_and_other_content_is_not(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    first = from_rita()
    raw = take(first)
    again = take(b"Received: from elsewhere\n" + first.as_bytes())
    assert (again.outcome, again.copy_of, again.item) == ("duplicate", raw, raw.item)
    other = from_rita(text="Something else.")
    other.replace_header("Message-ID", first["Message-ID"])
    assert take(other).outcome == "ticket"
    assert WorkItem.objects.count() == 2


def test_the_requester_is_told_in_his_language_and_answers_by_the_signed_address(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    raw = take(from_rita())
    assert raw.item is not None
    told = OutgoingMail.objects.get(template="tickets.received")
    assert told.language == "es"
    assert told.address == "rita@example.org"
    assert told.reply_to == threading.signed_address(
        "help@example.org", raw.item.number, queries.mail_key()
    )
    assert raw.item.reference in told.subject
    answer = letter("no number here", "More.", sender="rita@example.org", to=told.reply_to)
    added = take(answer, envelope_to=[told.reply_to])
    assert (added.outcome, added.item) == ("entry", raw.item)


def test_an_answer_threads_by_the_ids_of_ours_and_of_theirs(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    first = from_rita()
    raw = take(first)
    told = OutgoingMail.objects.get(template="tickets.received")
    to_ours = from_rita("Re: whatever", "One.\n\nOn 3 March, Desk wrote:\n> old")
    to_ours["In-Reply-To"] = f"<{told.message_id}>"
    to_own = from_rita("another subject", "Two.")
    to_own["References"] = first["Message-ID"]
    for message in (to_ours, to_own):
        assert take(message).item == raw.item
    entries = raw.item.entries.order_by("pk") if raw.item else []
    assert [entry.text for entry in entries] == ["It is broken.", "One.", "Two."]
    assert "old" in list(entries)[1].folded


def test_a_number_in_the_subject_is_believed_only_of_who_takes_part(
    take: Callable[..., RawMessage], rita: Person, stan: Person
) -> None:
    raw = take(from_rita())
    assert raw.item is not None
    subject = f"Re: [{raw.item.reference}] Printer"
    assert take(from_rita(subject, "Again.")).item == raw.item
    stranger = letter(subject, "Me too.", sender="stan@elsewhere.example", to="help@example.org")
    taken = take(stranger)
    assert taken.outcome == "ticket"
    assert taken.item != raw.item


def test_people_in_copy_take_part_and_our_own_addresses_do_not(
    take: Callable[..., RawMessage], rita: Person, omar: Person
) -> None:
    message = from_rita()
    message["Cc"] = "omar@example.org, New One <new@example.org>, help@example.org"
    raw = take(message)
    assert raw.item is not None
    names = {part.person.name for part in raw.item.participants.all()}
    assert names == {"Omar", "New One"}


def test_strangers_become_known_or_wait_or_are_refused_as_the_mailbox_says(
    take: Callable[..., RawMessage],
    desk_box: Mailbox,
    acting: Callable[[Person], Actor],
    max_: Person,
    run_jobs: JobsRun,
) -> None:
    def unknown(number: int) -> EmailMessage:
        sender = f"Paula {number} <paula{number}@example.com>"
        return letter("Hola", "No puedo entrar, por favor.", sender=sender, to="help@example.org")

    assert take(unknown(1)).outcome == "ticket"
    paula = person_with_address("paula1@example.com")
    assert paula is not None
    assert (paula.name, paula.language) == ("Paula 1", "es")
    actions.save_mailbox(desk_box, by=SYSTEM, unknown=Mailbox.Unknown.REFUSE)
    refused = take(unknown(2))
    assert (refused.outcome, refused.reason) == ("refused", "unknown_sender")
    actions.save_mailbox(desk_box, by=SYSTEM, unknown=Mailbox.Unknown.QUARANTINE)
    parked = take(unknown(3))
    assert (parked.outcome, parked.reason) == ("parked", "unknown_sender")
    actions.retry_mail(parked, by=acting(max_), accept=True)
    run_jobs()
    parked.refresh_from_db()
    assert parked.outcome == "ticket"


def test_a_parked_mail_joins_the_ticket_somebody_names(
    take: Callable[..., RawMessage],
    desk_box: Mailbox,
    acting: Callable[[Person], Actor],
    rita: Person,
    max_: Person,
    run_jobs: JobsRun,
) -> None:
    item = take(from_rita("Impresora", "No imprime.")).item
    assert item is not None
    actions.save_mailbox(desk_box, by=SYSTEM, unknown=Mailbox.Unknown.QUARANTINE)
    stranger = "Supplier <parts@example.com>"
    parked = take(letter("Your part", "It left today.", sender=stranger, to="help@example.org"))
    assert parked.outcome == "parked"
    with pytest.raises(NotAllowed):
        actions.join_mail(parked, item, by=acting(rita))
    actions.join_mail(parked, item, by=acting(max_))
    run_jobs()
    parked.refresh_from_db()
    assert (parked.outcome, parked.item) == ("entry", item)
    assert item.entries.filter(text__contains="It left today").count() == 1
    with pytest.raises(NothingToRetry):
        actions.join_mail(parked, item, by=acting(max_))


def test_machines_are_recorded_and_never_answered(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    away = from_rita("Out of office", "I am away.")
    away["Auto-Submitted"] = "auto-replied"
    assert take(away).outcome == "auto_reply"
    news = from_rita("News", "Read all about it.")
    news["List-Id"] = "<news.example.org>"
    assert take(news).outcome == "ticket"
    silent = from_rita("Quiet", "Please no answer.")
    silent["X-Auto-Response-Suppress"] = "All"
    assert take(silent).outcome == "ticket"
    assert not OutgoingMail.objects.exists()


def test_our_own_mail_coming_back_is_no_ticket(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    message = from_rita()
    message[queries.OUR_FIELD] = queries.desk_mark()
    raw = take(message)
    assert (raw.outcome, raw.reason) == ("auto_reply", "own_mail")


def test_a_bounce_marks_our_mail_and_the_dead_address(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    opened = take(from_rita())
    told = OutgoingMail.objects.get(template="tickets.received")
    report = (
        "From: MAILER-DAEMON@example.org\nTo: help@example.org\nSubject: Undelivered\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        "--x\n\nIt failed.\n--x\nContent-Type: message/delivery-status\n\n"
        "Final-Recipient: rfc822; rita@example.org\nAction: failed\nStatus: 5.1.1\n\n"
        f"--x\nContent-Type: message/rfc822\n\nMessage-ID: <{told.message_id}>\n\nold\n--x--\n"
    )
    raw = take(report.encode())
    assert (raw.outcome, raw.item) == ("bounce", opened.item)
    told.refresh_from_db()
    assert told.state == "bounced"
    assert rita.addresses.get().bounced_at is not None
    forged = report.replace(told.message_id, "guess@example.org").replace("rita@", "omar@")
    assert take(forged.encode()).outcome == "bounce"


def test_one_mail_to_two_of_our_mailboxes_is_one_ticket_of_the_one_named_first(
    take: Callable[..., RawMessage], rita: Person, networks: Team
) -> None:
    second = actions.save_mailbox(by=SYSTEM, address="net@example.org", team=networks, position=-1)
    message = from_rita()
    message.replace_header("To", "net@example.org, help@example.org")
    raw = take(message)
    copy = take(message, envelope_to=[second.address])
    assert raw.item is not None
    assert raw.item.team == networks
    assert copy.outcome == "duplicate"


def test_a_mail_that_cannot_be_processed_is_parked_and_the_next_goes_on(
    take: Callable[..., RawMessage],
    rita: Person,
    acting: Callable[[Person], Actor],
    max_: Person,
    run_jobs: JobsRun,
    desk_box: Mailbox,
) -> None:
    raw = actions.take_mail(
        from_rita().as_bytes(), source=Mailbox.Source.LISTENER, envelope_to=[desk_box.address]
    )
    path = content_path(raw.file)
    held = path.rename(path.with_suffix(".held"))
    run_jobs()
    raw.refresh_from_db()
    assert (raw.outcome, raw.attempts) == ("parked", 1)
    assert raw.reason
    assert take(from_rita("Next", "Next one.")).outcome == "ticket"
    held.rename(path)
    actions.retry_mail(raw, by=acting(max_))
    run_jobs()
    raw.refresh_from_db()
    assert raw.outcome == "ticket"


def test_a_sender_gone_wild_is_parked(take: Callable[..., RawMessage], rita: Person) -> None:
    decide("channels", by=SYSTEM, mails_an_hour=2)
    outcomes = [take(from_rita(text=f"Number {n}.")).outcome for n in range(3)]
    assert outcomes == ["ticket", "ticket", "parked"]


def test_filters_set_fields_and_may_ignore(take: Callable[..., RawMessage], rita: Person) -> None:
    actions.save_filter(
        by=SYSTEM, field="Subject", pattern=r"^\[urgent\]", sets={"priority": 1, "tags": ["hot"]}
    )
    actions.save_filter(by=SYSTEM, field="X-Test", pattern="yes", sets={"ignore": True})
    raw = take(from_rita("[urgent] Down"))
    assert raw.item is not None
    assert raw.item.priority == 1
    assert [tag.name for tag in raw.item.tags.all()] == ["hot"]
    probe = from_rita("probe")
    probe["X-Test"] = "yes"
    assert take(probe).outcome == "ignored"


def test_an_agent_answers_by_mail_only_when_it_is_proven(
    take: Callable[..., RawMessage], rita: Person, omar: Person
) -> None:
    raw = take(from_rita())
    assert raw.item is not None
    signed = threading.signed_address("help@example.org", raw.item.number, queries.mail_key())
    answer = letter("Re", "Restart it, please.", sender="omar@example.org", to=signed)
    taken = take(answer)
    assert taken.entry is not None
    assert (taken.entry.kind, taken.entry.author) == ("answer", omar)
    forged = letter(
        f"[{raw.item.reference}]", "Pay here.", sender="omar@example.org", to="help@example.org"
    )
    entry = take(forged).entry
    assert entry is not None
    assert entry.kind == "message"


def test_pictures_of_the_text_are_shown_from_the_desk(
    take: Callable[..., RawMessage], rita: Person
) -> None:
    message = from_rita()
    message.add_alternative('<p>See <img src="cid:shot@example.org"></p>', subtype="html")
    rich = message.get_payload()[1]  # type: ignore[index]  # a list after add_alternative
    rich.add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<shot@example.org>")  # type: ignore[union-attr]  # likewise
    raw = take(message)
    assert raw.entry is not None
    assert "cid:" not in raw.entry.html
    assert "/files/" in raw.entry.html


def test_dmarc_counts_only_as_our_own_server_wrote_it_and_on_top(
    take: Callable[..., RawMessage], rita: Person, omar: Person
) -> None:
    raw = take(from_rita())
    assert raw.item is not None
    subject = f"[{raw.item.reference}]"

    def kind_of_answer(*results: str) -> str:
        message = letter(
            subject, f"Try {results}", sender="omar@example.org", to="help@example.org"
        )
        head = b"".join(f"Authentication-Results: {one}\n".encode() for one in results)
        entry = take(head + message.as_bytes()).entry
        assert entry is not None
        return str(entry.kind)

    ours, theirs = "mx.example.org; dmarc=pass", "mx.evil.example; dmarc=pass"
    assert kind_of_answer(ours) == "message"
    decide("channels", by=SYSTEM, proven_by="mx.example.org")
    assert kind_of_answer(theirs) == "message"
    assert kind_of_answer("mx.example.org; dmarc=fail", ours) == "message"
    assert kind_of_answer(ours, theirs) == "answer"
