"""A mail made ready for the practices: by whom, to which mailbox, about what, with which files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog
from django.db import connection, transaction
from django.urls import reverse

from atalaya.core.files.actions import store_file
from atalaya.core.files.errors import FileTooLarge
from atalaya.core.files.models import File
from atalaya.core.people.actions import add_person
from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.people.queries import person_with_address
from atalaya.core.preferences.queries import desk
from atalaya.core.work.models import Category
from atalaya.engines.channels import queries
from atalaya.engines.channels.mail import languages, threading
from atalaya.engines.channels.mail.attached import Attachment
from atalaya.engines.channels.mail.headers import Address
from atalaya.engines.channels.mail.kinds import may_be_answered
from atalaya.engines.channels.mail.reading import Mail
from atalaya.engines.channels.models import Mailbox, RawMessage
from atalaya.engines.channels.ports import Incoming
from atalaya.kernel.errors import AtalayaError, InvalidInput
from atalaya.kernel.text import one_line

log = structlog.get_logger(__name__)
STRANGERS_IN_COPY = 20  # unknown people of one mail who become known by it
PEOPLE_IN_COPY = 40
INTRODUCING = 0x696E74726F  # advisory lock
JOINED = "joined"  # the reason of a mail somebody said the item of
UNKNOWN_SENDER = "mail:unknown-sender"  # stands for whoever sent mail without an address


@dataclass(frozen=True)
class Prepared:
    """A mail ready for the practices, or what becomes of it without them."""

    incoming: Incoming | None = None
    outcome: RawMessage.Outcome | None = None
    reason: str = ""


def prepare(raw: RawMessage, mail: Mail) -> Prepared:
    """Find out all a practice needs to know of a mail; people and files are rows after it."""
    mailbox = queries.mailbox_of(mail, raw)
    chosen = _settings(mailbox, mail)
    if chosen.get("ignore"):
        return Prepared(outcome=RawMessage.Outcome.IGNORED, reason="filter")
    answered = queries.item_answered(mail, raw)
    author = _author(raw, mail)
    person = person_with_address(author.address) if author else None
    is_let_in = raw.reason in {"accepted", JOINED}
    if person is None and answered is None and not is_let_in and mailbox is not None:
        if mailbox.unknown == Mailbox.Unknown.REFUSE:
            return Prepared(outcome=RawMessage.Outcome.REFUSED, reason="unknown_sender")
        if mailbox.unknown == Mailbox.Unknown.QUARANTINE:
            return Prepared(outcome=RawMessage.Outcome.PARKED, reason="unknown_sender")
    sender = person or _introduced(author, mail.reply_text)
    files, shown = _files(mail)
    proven = (answered is not None and answered.is_signed) or queries.is_proven(mail)
    return Prepared(
        Incoming(
            raw_id=raw.pk,
            subject=threading.bare_subject(mail.subject) or mail.subject,
            text=mail.reply_text,
            html=_with_pictures(mail.reply_html, shown),
            folded=_with_pictures(mail.folded_html, shown),
            sender=sender,
            copies=tuple(_copies(mail, sender)),
            files=tuple(files),
            language=sender.language or languages.guess(mail.reply_text) or desk().language,
            item=raw.item if raw.reason == JOINED else queries.item_open_to(sender, answered),
            is_proven=proven,
            may_be_answered=may_be_answered(mail.fields, mail.kind),
            kind=str(chosen.pop("kind", mailbox.kind if mailbox else "incident")),
            origin=str(chosen.pop("origin", mailbox.origin if mailbox else "")),
            settings=chosen,
        )
    )


def _author(raw: RawMessage, mail: Mail) -> Address | None:
    if mail.sender:
        return mail.sender[0]
    if "@" in raw.envelope_from:
        return Address(raw.envelope_from)
    return None


def _introduced(author: Address | None, text: str) -> Person:
    """A person for somebody the desk did not know until now."""
    _one_at_a_time()
    if author is not None:
        known = person_with_address(author.address)  # somebody else's mail may have been quicker
        if known is not None:
            return known
        name = author.name or author.address.partition("@")[0]
        try:
            with transaction.atomic():
                return add_person(
                    one_line(name, 200) or author.address,
                    by=SYSTEM,
                    addresses=[author.address],
                    language=languages.guess(text),
                    origin="mail",
                )
        except InvalidInput:
            log.info("sender_without_usable_address")
    nobody = Person.objects.filter(external_id=UNKNOWN_SENDER).first()
    return nobody or add_person(
        "Unknown sender", by=SYSTEM, external_id=UNKNOWN_SENDER, origin="mail"
    )


def _one_at_a_time() -> None:
    """Strangers become known one after the other: two of their mails may come at once."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [INTRODUCING])


def _copies(mail: Mail, sender: Person) -> list[Person]:
    if mail.kind != "message":
        return []
    ours = queries.our_addresses()
    named = threading.people(mail.to, mail.cc)
    if not any(threading.unsigned(address.address) in ours for address in named):
        return []  # it came by an alias or a blind copy: whom it names is not who asks us
    strangers = 0
    found: list[Person] = []
    for address in named:
        if threading.unsigned(address.address) in ours or len(found) >= PEOPLE_IN_COPY:
            continue
        person = person_with_address(address.address)
        if person is None and strangers < STRANGERS_IN_COPY:
            strangers += 1
            person = _introduced(address, "")
        if person is not None and person.pk != sender.pk and person.external_id != UNKNOWN_SENDER:
            found.append(person)
    return list({person.pk: person for person in found}.values())


def _settings(mailbox: Mailbox | None, mail: Mail) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    if mailbox is not None:
        chosen |= {"team": mailbox.team, "category": mailbox.category}
    for rule in queries.filters_of(mailbox):
        if _matches(rule.field, rule.pattern, mail):
            chosen |= rule.sets
    if chosen.get("category_id"):
        chosen["category"] = Category.objects.filter(pk=chosen.pop("category_id")).first()
    if chosen.get("team_id"):
        chosen["team"] = Team.objects.active().filter(pk=chosen.pop("team_id")).first()
    return chosen


def _matches(name: str, pattern: str, mail: Mail) -> bool:
    values: Iterable[str] = [mail.text[:20_000]] if name == "text" else mail.every(name.lower())
    return any(re.search(pattern, value[:20_000], re.IGNORECASE) for value in values)


def _files(mail: Mail) -> tuple[list[File], dict[str, File]]:
    """The attachments as files, and those the text shows, by their content id."""
    files: list[File] = []
    shown: dict[str, File] = {}
    for part in mail.attachments:
        file = _file(part)
        if file is None:
            continue
        files.append(file)
        if part.content_id:
            shown.setdefault(part.content_id, file)
    return files, shown


def _file(part: Attachment) -> File | None:
    try:
        with transaction.atomic():
            return store_file(part.content, name=part.filename, by=SYSTEM)
    except FileTooLarge as problem:
        # The original keeps it; whoever reads the ticket sees that something was left there.
        log.info("attachment_left_in_original", why=str(problem))
        return None
    except AtalayaError as problem:
        if problem.retryable:
            raise
        log.warning("attachment_refused", why=str(problem))
        return None


def _with_pictures(html: str, shown: dict[str, File]) -> str:
    for content_id, file in shown.items():
        address = reverse("files:download", kwargs={"pk": file.pk}) + "?inline"
        for written in {content_id, quote(content_id)}:
            html = html.replace(f'src="cid:{written}"', f'src="{address}"')
    return html
