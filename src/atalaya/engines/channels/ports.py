"""What the engine needs from practices: takers of incoming mail, and messages to people.

In a practice, ``inbound.py``::

    @inbound("tickets", order=100)
    def take(mail: Incoming) -> Taken | None: ...

and ``notifications.py``::

    RESOLVED = message("tickets.resolved", label=_("Resolved"), subject=_("…"), body=_("…"))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from atalaya.core.files.models import File
from atalaya.core.people.models import Person
from atalaya.core.work.models import Entry, WorkItem
from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot


@dataclass(frozen=True)
class Incoming:
    """A mail of a person, understood. ``html`` and ``folded`` are safe; ``text`` is what is new."""

    raw_id: int
    subject: str
    text: str
    html: str
    folded: str
    sender: Person
    copies: tuple[Person, ...]
    files: tuple[File, ...]
    language: str
    item: WorkItem | None
    """The item it answers, where the sender may write to it."""
    is_proven: bool
    """Whether it is certain who sent it: by the signed reply address or by DMARC."""
    may_be_answered: bool
    kind: str
    origin: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the mailbox and its filters: ``team``, ``category`` (rows), ``priority``, ``tags``."""


@dataclass(frozen=True)
class Taken:
    """What a practice made of a mail: a new item, or an entry on one."""

    item: WorkItem
    entry: Entry | None
    is_new: bool


Taker = Callable[[Incoming], "Taken | None"]


@dataclass(frozen=True)
class Inbound:
    """Somebody who takes mail; the first by ``order`` that returns something keeps it."""

    key: str
    order: int
    take: Taker


INBOUND: Slot[Inbound] = Slot("inbound", file="inbound")


def inbound(key: str, *, order: int) -> Callable[[Taker], Taker]:
    """Register a taker of incoming mail."""

    def register(take: Taker) -> Taker:
        INBOUND.plug(key, Inbound(key, order, take), module=take.__module__)
        return take

    return register


@dataclass(frozen=True)
class SafeHtml:
    """A value of a placeholder that is HTML already made safe, such as an answer."""

    html: str


Value = str | SafeHtml


@dataclass(frozen=True)
class Message:
    """A message to people: its wording is Markdown with ``{placeholders}``.

    ``placeholders`` says what each stands for. ``is_automatic`` marks what no person wrote.
    """

    key: str
    label: Words
    subject: Words
    body: Words
    placeholders: Mapping[str, Words]
    is_automatic: bool = True


MESSAGES: Slot[Message] = Slot("message", file="notifications")


def message(
    key: str,
    *,
    label: Words,
    subject: Words,
    body: Words,
    placeholders: Mapping[str, Words],
    module: str,
    is_automatic: bool = True,
) -> Message:
    """Declare a message (``module=__name__``); an organisation may word it anew."""
    declared = Message(key, label, subject, body, placeholders, is_automatic)
    return MESSAGES.plug(key, declared, module=module)
