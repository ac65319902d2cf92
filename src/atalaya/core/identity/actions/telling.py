"""Handing letters to whoever sends mail."""

from __future__ import annotations

import structlog
from django.utils.translation import get_language

from atalaya.core.identity import letters
from atalaya.core.identity.errors import NoMessenger
from atalaya.core.identity.ports import MESSENGERS, Letter
from atalaya.core.people.models import Person

log = structlog.get_logger(__name__)


def can_send() -> bool:
    """Whether anybody takes letters."""
    return any(True for _messenger in MESSENGERS)


def send(letter: Letter) -> None:
    """Have a letter sent, in the present transaction. Raises NoMessenger."""
    if not can_send():
        raise NoMessenger
    for messenger in MESSENGERS:
        messenger(letter)


def notify(person: Person, what: str) -> None:
    """Tell a person what changed about his account; without mail or address only the fact tells."""
    if not person.address or not can_send():
        log.info("notice_not_sent", person=person.pk, what=what)
        return
    send(letters.notice(person, person.address, what=what, language=language_of(person)))


def language_of(person: Person) -> str:
    """The language to write to a person in: his own, else that of the present request."""
    return person.language or (get_language() or "en").split("-")[0]
