"""What is written to people: in their words, safe, once, and with a fate."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from atalaya.core.files.actions import attach, store_file
from atalaya.core.identity.ports import Letter
from atalaya.core.people.actions import mark_bounced
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.preferences.actions import decide
from atalaya.engines.channels import actions, delivering
from atalaya.engines.channels.composing import compose
from atalaya.engines.channels.errors import NothingToRetry
from atalaya.engines.channels.messengers import take_letter
from atalaya.engines.channels.models import Mailbox, OutgoingMail
from atalaya.engines.channels.ports import MESSAGES, SafeHtml
from atalaya.practices.tickets.actions import answer_ticket, open_ticket, resolve_ticket
from atalaya.practices.tickets.models import Ticket
from atalaya.testing.working import JobsRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(db: None, front_desk: Team) -> Mailbox:
    Mailbox.objects.all().delete()
    return actions.save_mailbox(by=SYSTEM, address="help@example.org", team=front_desk)


@pytest.fixture
def ticket(box: Mailbox, rita: Person, front_desk: Team, run_jobs: JobsRun) -> Ticket:
    made = open_ticket(
        Ticket.Kind.INCIDENT,
        by=SYSTEM,
        subject="Screen",
        requester=rita,
        text="Dark.",
        team=front_desk,
    )
    run_jobs()
    return made


def received(mail: OutgoingMail) -> EmailMessage:
    data = delivering.as_message(mail).as_bytes()
    found = message_from_bytes(data, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_values_are_never_read_as_markup_and_an_answer_stands_as_it_was_written() -> None:
    made = compose(
        "[{number}] {subject}",
        "Hello {name},\n\n{said}\n\n{link}",
        {
            "number": "INC-1",
            "subject": "a\nBcc: x@example.org",
            "name": "<b>*Ana*</b>",
            "said": SafeHtml("<p>Do <strong>this</strong></p>"),
            "link": "https://desk.example.org/x",
        },
        language="en",
    )
    assert made.subject == "[INC-1] a Bcc: x@example.org"
    assert "Hello &lt;b&gt;*Ana*&lt;/b&gt;," in made.html
    assert "<p>Do <strong>this</strong></p>" in made.html
    assert '<a href="https://desk.example.org/x">' in made.html
    assert made.text.startswith("Hello <b>*Ana*</b>,\n\nDo this")


def test_the_reader_gets_own_wording_in_his_language_and_the_signature_of_the_team(
    box: Mailbox, ticket: Ticket, rita: Person, front_desk: Team
) -> None:
    front_desk.signature = {"es": "El equipo de **soporte**", "en": "Support"}
    front_desk.sender_name = "Soporte"
    front_desk.save()
    message = MESSAGES["tickets.received"]
    actions.save_template(
        message,
        by=SYSTEM,
        subjects={},
        bodies={"es": "Buenas, {name}: {number}", "en": "Hi {name}"},
    )
    item = type(ticket.item).objects.get(pk=ticket.item.pk)
    mail = actions.write_mail(
        message, to=rita, by=SYSTEM, item=item, values={"name": "Rita", "number": "INC-7"}
    )
    assert mail is not None
    assert mail.text == "Buenas, Rita: INC-7\n\n-- \nEl equipo de soporte\n"
    assert str(received(mail)["From"]) == "Soporte <help@example.org>"
    actions.save_template(message, by=SYSTEM, subjects={}, bodies={}, active=False)
    assert actions.write_mail(message, to=rita, by=SYSTEM, values={}) is None


def test_a_solution_is_mailed_once_with_its_answer_to_everybody_on_the_asking_side(
    ticket: Ticket,
    rita: Person,
    stan: Person,
    omar: Person,
    acting: Callable[[Person], Actor],
    run_jobs: JobsRun,
) -> None:
    from atalaya.core.work.actions import take_part

    take_part(ticket.item, stan, by=SYSTEM)
    resolve_ticket(ticket, by=acting(omar), answer="Plug it in.")
    run_jobs()
    sent = OutgoingMail.objects.exclude(template="tickets.received").order_by("address")
    assert [(m.template, m.address) for m in sent] == [
        ("tickets.resolved", "rita@example.org"),
        ("tickets.resolved", "stan@elsewhere.example"),
    ]
    assert all("Plug it in." in m.text for m in sent)
    assert not sent[0].is_automatic


def test_a_picture_in_an_answer_goes_with_the_mail(
    ticket: Ticket, rita: Person, omar: Person, acting: Callable[[Person], Actor], run_jobs: JobsRun
) -> None:
    by = acting(omar)
    shot = store_file(b"\x89PNG\r\n\x1a\n" + b"0" * 50, name="shot.png", by=by)
    note = store_file(b"plain", name="note.txt", by=by)
    entry = answer_ticket(
        ticket, by=by, text=f"Look: ![shot](/files/{shot.pk}/?inline)", files=[shot, note]
    )
    attach(note, owner_kind="work.entry", owner_id=entry.pk, by=by)
    run_jobs()
    message = received(OutgoingMail.objects.get(template="tickets.answered"))
    html = message.get_body(("html",))
    assert html is not None
    assert f'src="cid:file-{shot.pk}@desk"' in html.get_content()
    names = {part.get_filename() for part in message.walk() if part.get_filename()}
    assert names == {"shot.png", "note.txt"}
    assert "References" in message


def test_dead_addresses_and_machine_loops_get_nothing_and_the_log_says_why(
    ticket: Ticket, rita: Person
) -> None:
    message = MESSAGES["tickets.received"]
    decide("channels", by=SYSTEM, answers_an_hour=1)
    loop = actions.write_mail(message, to=rita, by=SYSTEM, values={})
    assert loop is not None
    assert (loop.state, loop.error) == ("failed", "too_many")
    mark_bounced(rita.addresses.get(), by=SYSTEM)
    dead = actions.write_mail(message, to=rita, by=SYSTEM, values={})
    assert dead is not None
    assert (dead.state, dead.error) == ("failed", "address_is_dead")


def test_a_letter_with_a_link_is_emptied_when_it_is_gone(
    box: Mailbox, rita: Person, acting: Callable[[Person], Actor], max_: Person
) -> None:
    take_letter(
        Letter(rita.pk, "rita@example.org", "sign_in", "es", "Entrar", "Pulse:", link="https://x/y")
    )
    mail = OutgoingMail.objects.get()
    assert "https://x/y" in mail.text
    actions.note_sent(mail)
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.html) == ("sent", "", "")
    with pytest.raises(NothingToRetry):
        actions.retry_sending(mail, by=acting(max_))
