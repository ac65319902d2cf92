"""What happens to messages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class MailTaken(Fact, name="channels.mail_taken"):
    """A mail is kept as it came; what becomes of it is decided next."""

    sentence = _("a mail was taken")

    raw_id: int


@dataclass(frozen=True)
class MailProcessed(Fact, name="channels.mail_processed"):
    """It was decided what became of a mail."""

    sentence = _("a mail was processed (%(outcome)s)")

    raw_id: int
    outcome: str
    reason: str = ""
    item_id: int | None = None


@dataclass(frozen=True)
class MailQueued(Fact, name="channels.mail_queued"):
    """A mail is to be sent."""

    sentence = _("a mail was written (%(template)s)")

    mail_id: int
    template: str = ""
    person_id: int | None = None


@dataclass(frozen=True)
class MailSent(Fact, name="channels.mail_sent"):
    """A mail server took our mail."""

    sentence = _("a mail was sent")

    mail_id: int


@dataclass(frozen=True)
class MailNotSent(Fact, name="channels.mail_not_sent"):
    """A mail could not be sent; nobody tries any more until somebody asks."""

    sentence = _("a mail could not be sent")

    mail_id: int


@dataclass(frozen=True)
class MailBounced(Fact, name="channels.mail_bounced"):
    """A mail of ours came back. ``hard``: the address does not work any more."""

    sentence = _("a mail came back (%(status)s)")

    mail_id: int
    status: str
    reason: str
    hard: bool = False


@dataclass(frozen=True)
class MailboxChanged(Fact, name="channels.mailbox_changed"):
    """A mailbox was added or changed."""

    sentence = _("changed a mailbox")

    mailbox_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class SendingChanged(Fact, name="channels.sending_changed"):
    """The mail server for outgoing mail was set, changed or removed."""

    sentence = _("changed the server for outgoing mail")

    active: bool


@dataclass(frozen=True)
class TemplateChanged(Fact, name="channels.template_changed"):
    """The wording of a message was changed."""

    sentence = _("changed the wording of %(template)s")

    template: str


@dataclass(frozen=True)
class FilterChanged(Fact, name="channels.filter_changed"):
    """A filter of incoming mail was added, changed or removed."""

    sentence = _("changed a mail filter")

    filter_id: int
    removed: bool = False
