"""The pages about mail say what is so, and their buttons do what they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.work.models import WorkItem
from atalaya.engines.channels import actions, queries
from atalaya.engines.channels.models import (
    Mailbox,
    MailFilter,
    MessageTemplate,
    OutgoingMail,
    RawMessage,
)
from atalaya.testing.mailhouse import PASSWORD, MailHouse, letter
from atalaya.testing.working import JobsRun

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"console:channels:{name}", args=args)


@pytest.fixture
def admin(browser_of: Callable[[Person | None], Client], max_: Person) -> Client:
    return browser_of(max_)


@pytest.fixture
def box(db: None) -> Mailbox:
    return Mailbox.objects.first() or actions.save_mailbox(by=SYSTEM, address="help@localhost")


def form_of(box: Mailbox, **more: object) -> dict[str, object]:
    return {
        "address": box.address,
        "kind": "incident",
        "unknown": "create",
        "position": 0,
        "silence_hours": 0,
        "source": "listener",
        "port": 993,
        "security": "tls",
        "folder": "INBOX",
        "after": "seen",
        "poll_seconds": 60,
        "is_active": "on",
        **more,
    }


def test_a_mailbox_is_added_changed_and_its_password_never_shown(
    admin: Client, box: Mailbox
) -> None:
    form = form_of(box, address="new@example.org", source="imap", host="mail.example.org")
    assert admin.post(url("mailbox_new"), form | {"password": "hush-hush"}).status_code == 303
    made = Mailbox.objects.get(address="new@example.org")
    assert made.password == "hush-hush"
    assert "hush-hush" not in made.hidden_password
    page = admin.get(url("mailbox", made.pk))
    assert "hush-hush" not in page.text
    admin.post(url("mailbox", made.pk), form | {"name": "Desk"})
    made.refresh_from_db()
    assert (made.name, made.password) == ("Desk", "hush-hush")
    twice = admin.post(url("mailbox_new"), form)
    assert twice.status_code == 422


@pytest.mark.servers
def test_a_mailbox_is_tried_live(admin: Client, box: Mailbox, mail_house: MailHouse) -> None:
    mail_house.deliver("live@example.org", b"From: a@example.org\n\nhello")
    box = actions.save_mailbox(
        box,
        by=SYSTEM,
        address="live@example.org",
        source=Mailbox.Source.IMAP,
        host="127.0.0.1",
        port=mail_house.imap_port,
        security=Mailbox.Security.NONE,
        password=PASSWORD,
    )
    good = admin.post(url("mailbox_try", box.pk), follow=True)
    assert "1" in good.text
    actions.save_mailbox(box, by=SYSTEM, password="wrong")
    bad = admin.post(url("mailbox_try", box.pk), follow=True)
    assert "127.0.0.1" in bad.text


@pytest.mark.servers
def test_the_mail_server_is_set_tried_and_removed(admin: Client, mail_house: MailHouse) -> None:
    form = {
        "host": "127.0.0.1",
        "port": mail_house.smtp_port,
        "security": "none",
        "is_active": "on",
    }
    assert admin.post(url("server"), form).status_code == 303
    assert queries.smtp_server() is not None
    tried = admin.post(url("server_try"), follow=True)
    assert tried.status_code == 200
    assert mail_house.wait_for("max@example.org")[-1].obj["Auto-Submitted"] == "auto-generated"
    assert admin.post(url("server_remove")).status_code == 303
    assert queries.smtp_server() is None


def test_a_filter_is_made_and_a_pattern_that_explodes_is_refused(
    admin: Client, box: Mailbox
) -> None:
    form = {
        "field": "Subject",
        "pattern": "^urgent",
        "priority": "1",
        "position": 0,
        "tags": "a, b",
    }
    assert admin.post(url("filter_new"), form | {"is_active": "on"}).status_code == 303
    rule = MailFilter.objects.get()
    assert rule.sets == {"priority": 1, "tags": ["a", "b"]}
    assert admin.get(url("filter", rule.pk)).status_code == 200
    assert admin.post(url("filter_new"), form | {"pattern": "(a+)+$"}).status_code == 422
    assert admin.post(url("filter_new"), form | {"pattern": "("}).status_code == 422
    admin.post(url("filter_remove", rule.pk))
    assert not MailFilter.objects.exists()


def test_a_message_is_worded_anew_and_a_wrong_placeholder_is_refused(admin: Client) -> None:
    page = admin.get(url("word", "tickets.received"))
    assert "{number}" in page.text
    form = {
        "subjects_en": "",
        "subjects_es": "",
        "bodies_en": "Hi {name}",
        "bodies_es": "Hola {name}",
    }
    assert (
        admin.post(url("word", "tickets.received"), form | {"is_active": "on"}).status_code == 303
    )
    row = MessageTemplate.objects.get()
    assert row.bodies == {"en": "Hi {name}", "es": "Hola {name}"}
    wrong = form | {"bodies_en": "{nonsense}"}
    assert admin.post(url("word", "tickets.received"), wrong).status_code == 422
    assert "nonsense" not in str(MessageTemplate.objects.get().bodies)


def test_parked_mail_is_looked_at_and_tried_again(
    admin: Client, box: Mailbox, run_jobs: JobsRun
) -> None:
    actions.save_mailbox(box, by=SYSTEM, unknown=Mailbox.Unknown.QUARANTINE)
    message = letter("Hello", "<b>words</b>", sender="who@example.net", to=box.address)
    raw = actions.take_mail(message.as_bytes(), source=Mailbox.Source.LISTENER)
    run_jobs()
    listed = admin.get(url("incoming") + "?outcome=parked")
    assert "Hello" in listed.text
    page = admin.get(url("original", raw.pk))
    assert "&lt;b&gt;words" in page.text
    assert "who@example.net" in page.text
    admin.post(url("retry", raw.pk), {"accept": "1"})
    run_jobs()
    assert RawMessage.objects.get().outcome == "ticket"
    # Last, for whoever closes an answer that streams closes the database of the test, too.
    kept = admin.get(url("raw", raw.pk))
    assert b"".join(kept.streaming_content) == message.as_bytes()  # type: ignore[attr-defined]  # a FileResponse
    kept.close()


def test_the_outbox_shows_what_was_written_and_hides_links(
    admin: Client, box: Mailbox, rita: Person, run_jobs: JobsRun
) -> None:
    message = letter("Printer", "Broken.", sender="rita@example.org", to=box.address)
    actions.take_mail(message.as_bytes(), source=Mailbox.Source.LISTENER)
    run_jobs()
    kept = OutgoingMail.objects.get()
    listed = admin.get(url("outgoing") + "?state=kept")
    assert kept.subject in listed.text
    assert rita.name in admin.get(url("sent", kept.pk)).text
    OutgoingMail.objects.update(is_secret=True)
    assert "Hola Rita" not in admin.get(url("sent", kept.pk)).text


def test_the_mail_of_a_confidential_ticket_is_for_who_sees_the_ticket(
    box: Mailbox,
    rita: Person,
    ana: Person,
    nora: Person,
    networks: Team,
    acting: Callable[[Person], Actor],
    run_jobs: JobsRun,
) -> None:
    message = letter("My salary", "Is wrong.", sender="rita@example.org", to=box.address)
    raw = actions.take_mail(message.as_bytes(), source=Mailbox.Source.LISTENER)
    run_jobs()
    lead = acting(ana)
    tables = (RawMessage.objects, OutgoingMail.objects)
    assert all(table.visible_to(lead).exists() for table in tables)
    WorkItem.objects.update(is_confidential=True, team=networks)
    assert not any(table.visible_to(lead).exists() for table in tables)
    assert RawMessage.objects.visible_to(acting(nora)).get() == raw
    assert OutgoingMail.objects.visible_to(acting(nora)).exists()


def test_the_original_is_one_click_away_from_the_conversation(
    browser_of: Callable[[Person | None], Client],
    box: Mailbox,
    rita: Person,
    omar: Person,
    run_jobs: JobsRun,
) -> None:
    message = letter("Printer", "Broken.", sender="rita@example.org", to=box.address)
    raw = actions.take_mail(message.as_bytes(), source=Mailbox.Source.LISTENER)
    run_jobs()
    raw.refresh_from_db()
    assert raw.entry is not None
    assert raw.item is not None
    agent = browser_of(omar)
    page = agent.get(f"/console/tickets/{raw.item.reference}/")
    assert url("original_of", raw.entry.pk) in page.text
    shown = agent.get(url("original_of", raw.entry.pk), follow=True)
    assert raw.file.sha256 in shown.text
    requester = browser_of(rita)
    assert requester.get(url("original_of", raw.entry.pk)).status_code in {403, 404}
