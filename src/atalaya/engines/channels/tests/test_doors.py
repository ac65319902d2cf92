"""Mail through real servers: our listener, a company's IMAP mailboxes, its SMTP server."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from atalaya.core.files.queries import open_content
from atalaya.core.people.models import SYSTEM, Person
from atalaya.engines.channels import actions, delivering, fetching
from atalaya.engines.channels.errors import ServerAway, ServerRefused
from atalaya.engines.channels.health import mail_is_fetched, mail_is_sent
from atalaya.engines.channels.models import Mailbox, OutgoingMail, RawMessage
from atalaya.practices.tickets.actions import answer_ticket
from atalaya.practices.tickets.models import Ticket
from atalaya.testing.mailhouse import PASSWORD, MailHouse, free_port, letter
from atalaya.testing.working import JobsRun

pytestmark = [pytest.mark.servers]


@pytest.fixture
def imap_box(box: Mailbox, mail_house: MailHouse) -> Mailbox:
    address = f"desk{free_port()}@example.org"
    return actions.save_mailbox(
        box,
        by=SYSTEM,
        address=address,
        source=Mailbox.Source.IMAP,
        host="127.0.0.1",
        port=mail_house.imap_port,
        security=Mailbox.Security.NONE,
        user=address,
        password=PASSWORD,
    )


@pytest.fixture
def outgoing(transactional_db: None, mail_house: MailHouse) -> Iterator[MailHouse]:
    actions.save_smtp_server(
        by=SYSTEM, host="127.0.0.1", port=mail_house.smtp_port, security=Mailbox.Security.NONE
    )
    yield mail_house
    mail_house.delivery.answers.clear()


def to_desk(text: str = "Hello", **more: Any) -> bytes:
    message = letter("Printer", text, sender="rita@example.org", to="help@example.org", **more)
    return message.as_bytes().replace(b"\n", b"\r\n")


def test_the_listener_keeps_what_it_acknowledges_byte_for_byte(listener: int, box: Mailbox) -> None:
    content = to_desk("ñ and a line\n.starting with a dot")
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.sendmail("rita@example.org", ["help@example.org"], content)
    raw = RawMessage.objects.get()
    with open_content(raw.file) as kept:
        assert kept.read() == content
    assert (raw.envelope_from, raw.envelope_to) == ("rita@example.org", ["help@example.org"])


def test_the_listener_relays_for_nobody(listener: int, box: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.ehlo()
        client.mail("rita@example.org")
        assert client.rcpt("somebody@elsewhere.example")[0] == 550
        assert client.rcpt("help+1.aaaaaaaaaaaaaaaa@EXAMPLE.org")[0] == 250
    assert not RawMessage.objects.exists()


def test_the_listener_refuses_what_is_too_large(listener: int, box: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.ehlo()
        limit = int(client.esmtp_features["size"])
        code, _answer = client.mail("rita@example.org", [f"SIZE={limit + 1}"])
        assert code == 552


def test_the_listener_says_later_while_the_database_is_away(
    listener: int, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = connection.settings_dict
    monkeypatch.setitem(pool, "PORT", free_port())
    monkeypatch.setitem(pool, "HOST", "127.0.0.1")
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.ehlo()
        client.mail("rita@example.org")
        assert client.rcpt("help@example.org")[0] == 451


def test_mail_is_fetched_once_and_marked(imap_box: Mailbox, mail_house: MailHouse) -> None:
    for number in range(3):
        mail_house.deliver(imap_box.address, to_desk(f"Number {number}"))
    with fetching.connected(imap_box) as found:
        assert fetching.fetch(imap_box, found) == 3
        assert fetching.fetch(imap_box, found) == 0
    imap_box.refresh_from_db()
    assert (imap_box.last_uid, imap_box.error) == (3, "")
    with mail_house.box(imap_box.address) as found_box:
        assert all("\\Seen" in mail.flags for mail in found_box.fetch(mark_seen=False))


def test_a_crash_after_keeping_and_before_remembering_keeps_nothing_twice(
    imap_box: Mailbox, mail_house: MailHouse
) -> None:
    mail_house.deliver(imap_box.address, to_desk())
    with fetching.connected(imap_box) as found:
        fetching.fetch(imap_box, found)
        imap_box.last_uid = 0
        assert fetching.fetch(imap_box, found) == 1
    assert RawMessage.objects.count() == 1


def test_fetched_mail_can_be_moved(imap_box: Mailbox, mail_house: MailHouse) -> None:
    box = actions.save_mailbox(imap_box, by=SYSTEM, after=Mailbox.After.MOVE, move_to="Done")
    mail_house.deliver(box.address, to_desk())
    with fetching.connected(box) as found:
        fetching.fetch(box, found)
        assert found.folder.exists("Done")
        assert found.folder.status("Done", ["MESSAGES"])["MESSAGES"] == 1
    assert mail_house.mails(box.address) == []


def test_a_pushed_mail_comes_at_once_and_one_worker_watches_at_a_time(
    imap_box: Mailbox, mail_house: MailHouse
) -> None:
    stop = threading.Event()
    mail_house.deliver(imap_box.address, to_desk("first"))

    def watch() -> None:
        try:
            fetching.watch(Mailbox.objects.get(pk=imap_box.pk), stop)
        finally:
            connection.close()

    threads = [threading.Thread(target=watch) for _worker in range(2)]
    for thread in threads:
        thread.start()
    assert _until(lambda: RawMessage.objects.count() == 1)
    mail_house.deliver(imap_box.address, to_desk("second"))
    assert _until(lambda: RawMessage.objects.count() == 2)
    stop.set()
    for thread in threads:
        thread.join(15)
    assert RawMessage.objects.count() == 2


def _until(true: Callable[[], bool], *, seconds: float = 15) -> bool:
    pause = threading.Event()
    for _try in range(int(seconds * 10)):
        if true():
            return True
        pause.wait(0.1)
    return False


def test_what_is_wrong_with_fetching_is_seen_on_the_mailbox(imap_box: Mailbox) -> None:
    wrong = actions.save_mailbox(imap_box, by=SYSTEM, password="wrong")
    with pytest.raises(ServerRefused), fetching.connected(wrong):
        pass
    away = actions.save_mailbox(imap_box, by=SYSTEM, port=free_port())
    with pytest.raises(ServerAway), fetching.connected(away):
        pass
    actions.note_fetch_failed(away, why="no answer")
    (found,) = mail_is_fetched.check()
    assert found.facts["error"] == "no answer"


def test_an_answer_is_mailed_and_read_back_with_its_threading(
    box: Mailbox, outgoing: MailHouse, run_jobs: JobsRun, listener: int, rita: Person
) -> None:
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.sendmail("rita@example.org", ["help@example.org"], to_desk())
    run_jobs()
    ticket = Ticket.objects.get()
    answer_ticket(ticket, by=SYSTEM, text="Try **now** & tell us.")
    run_jobs()
    received, answer = outgoing.wait_for("rita@example.org", 2)[-2:]
    assert received.obj["Auto-Submitted"] == "auto-generated"
    assert answer.obj["Auto-Submitted"] is None
    assert received.obj["Message-ID"] in answer.obj["References"]
    assert "Try now & tell us." in answer.text
    assert "<strong>now</strong>" in answer.html
    assert answer.reply_to[0].startswith("help+")
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"sent"}
    back = letter("Re", "Works.", sender="rita@example.org", to=answer.reply_to[0], reply_to=answer)
    with smtplib.SMTP("127.0.0.1", listener) as client:
        client.send_message(back)
    run_jobs()
    assert ticket.item.entries.filter(text="Works.").exists()


def queued(rita: Person, outgoing: MailHouse) -> OutgoingMail:
    return OutgoingMail.objects.create(
        message_id=f"atalaya.test{free_port()}@example.org",
        template="test",
        person=rita,
        address="rita@example.org",
        sender_address="help@example.org",
        subject="Test",
        text="Words.",
    )


def test_a_server_that_says_later_is_asked_again_with_the_same_id(
    box: Mailbox, outgoing: MailHouse, rita: Person
) -> None:
    mail = queued(rita, outgoing)
    outgoing.delivery.answers[:] = ["451 not now"]
    server = _server()
    with pytest.raises(ServerAway) as said:
        delivering.deliver(mail, server)
    again = actions.note_sending_failed(mail, why=str(said.value))
    mail.refresh_from_db()
    assert again is not None
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "451" in mail.error
    assert mail_is_sent.check()[0].level == "error"
    delivering.deliver(mail, server)
    actions.note_sent(mail)
    mail.refresh_from_db()
    assert mail.state == "sent"
    last = outgoing.wait_for("rita@example.org")[-1]
    assert last.obj["Message-ID"] == f"<{mail.message_id}>"
    assert mail_is_sent.check() == []


def test_a_server_that_refuses_is_not_asked_again(
    box: Mailbox, outgoing: MailHouse, rita: Person
) -> None:
    outgoing.delivery.answers[:] = ["554 never"]
    mail = queued(rita, outgoing)
    with pytest.raises(ServerRefused) as said:
        delivering.deliver(mail, _server())
    actions.note_not_sent(mail, why=str(said.value))
    mail.refresh_from_db()
    assert (mail.state, "554" in mail.error) == ("failed", True)


def test_without_a_server_mail_stays_in_the_outbox(
    box: Mailbox, run_jobs: JobsRun, rita: Person
) -> None:
    actions.take_mail(to_desk(), source=Mailbox.Source.LISTENER, envelope_to=["help@example.org"])
    run_jobs()
    assert [mail.state for mail in OutgoingMail.objects.all()] == ["kept"]


def _server() -> Any:
    from atalaya.engines.channels.queries import smtp_server

    return smtp_server()
