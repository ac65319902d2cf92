"""Every mail that was taken, as it came, with the one thing that became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.files.models import File
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.channels.models.mailboxes import Mailbox
from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


REASONS = {
    "": "",
    "accepted": _("the sender was let in"),
    "bounce": _("a delivery report"),
    "complaint": _("a complaint"),
    "failed": _("it could not be processed"),
    "filter": _("a filter says so"),
    "nobody_takes_it": _("no practice takes it"),
    "own_mail": _("it is our own mail, come back"),
    "too_many": _("its sender wrote too many in an hour"),
    "unknown_sender": _("its sender is not known"),
}


def open_to_handlers(viewer: Actor) -> models.Q:
    """What is about nothing confidential, or about what the viewer sees."""
    seen = WorkItem.objects.visible_to(viewer).filter(is_confidential=True)
    plain = models.Q(item__isnull=True) | models.Q(item__is_confidential=False)
    return plain | models.Q(item__in=seen)


class RawMessageQuerySet(models.QuerySet["RawMessage"]):
    """Words for choosing raw messages."""

    def visible_to(self, viewer: Actor) -> Self:
        """All for who handles mail; else those of tickets the viewer works on.

        The mail behind an entry whose content was removed is nobody's any more, and that of a
        confidential ticket is for who sees the ticket, whatever his role.
        """
        kept = self.exclude(entry__redacted_at__isnull=False)
        if viewer.may("channels.handle"):
            return kept.filter(open_to_handlers(viewer))
        if not viewer.is_agent:
            return self.none()
        return kept.filter(entry__in=Entry.objects.visible_to(viewer))

    def waiting(self) -> Self:
        """Taken, and not yet looked at."""
        return self.filter(outcome="")

    def parked(self) -> Self:
        """Set aside until somebody looks at them."""
        return self.filter(outcome=RawMessage.Outcome.PARKED)


class RawMessage(models.Model):
    """A mail as it came, byte for byte, kept before its sender is told that it was taken."""

    class Outcome(models.TextChoices):
        """What became of it."""

        TICKET = "ticket", _("Opened a ticket")
        ENTRY = "entry", _("Added to a ticket")
        DUPLICATE = "duplicate", _("Was here already")
        BOUNCE = "bounce", _("Reported a delivery")
        AUTO_REPLY = "auto_reply", _("Was sent by a machine")
        IGNORED = "ignored", _("Ignored by a filter")
        REFUSED = "refused", _("Refused")
        PARKED = "parked", _("Parked")

    id: int
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="raw_messages")
    digest = models.CharField(max_length=64, db_index=True)  # equal for copies of one message
    message_id = models.CharField(max_length=998, blank=True, default="")
    source = models.CharField(max_length=10, choices=Mailbox.Source.choices)
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    envelope_from = models.CharField(max_length=320, blank=True, default="")
    envelope_to = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    sender = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=255, blank=True, default="")
    kind = models.CharField(max_length=12, blank=True, default="")
    is_answerable = models.BooleanField(default=False)  # an automatic answer may go to its sender
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    reason = models.CharField(max_length=40, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(
        WorkItem, on_delete=models.PROTECT, null=True, blank=True, related_name="raw_messages"
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="raw_messages"
    )
    copy_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies"
    )
    received_at = models.DateTimeField(default=clock.now)
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = RawMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"], name="channels_fetched_once"
            ),
            models.UniqueConstraint(
                fields=["digest"],
                condition=models.Q(
                    outcome__in=["ticket", "entry", "bounce", "auto_reply", "ignored"]
                ),
                name="channels_processed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="channels_raw_received"),
            models.Index(
                fields=["id"], name="channels_raw_waiting", condition=models.Q(outcome="")
            ),
            models.Index(
                fields=["-received_at"],
                name="channels_raw_parked",
                condition=models.Q(outcome="parked"),
            ),
            models.Index(fields=["sender", "received_at"], name="channels_raw_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.pk}"

    @property
    def reason_words(self) -> str:
        """Why it is where it is, in words."""
        return str(REASONS.get(self.reason, self.reason))


class KnownMessage(models.Model):
    """Which conversation a message id belongs to, ours and theirs."""

    id: int
    message_id = models.CharField(max_length=998, db_index=True)
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="known_messages")
    is_ours = models.BooleanField(default=False)  # nobody can guess it: who names it was given it
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "message_id"], name="channels_message_known_once"
            ),
        ]

    def __str__(self) -> str:
        return self.message_id
