"""What the desk sends: every mail with its fate, the server it leaves by, and its wording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Person
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.channels.models.incoming import open_to_handlers
from atalaya.engines.channels.models.mailboxes import Mailbox
from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Words for choosing sent mail."""

    def visible_to(self, viewer: Actor) -> Self:
        """All for who handles mail; else those of tickets the viewer works on.

        Mail about a confidential ticket is for who sees the ticket, and what was told of an entry
        for who reads the entry, whatever his role.
        """
        if viewer.may("channels.handle"):
            return self.filter(open_to_handlers(viewer))
        if not viewer.is_agent:
            return self.none()
        read = models.Q(entry__isnull=True) | models.Q(entry__in=Entry.objects.visible_to(viewer))
        return self.filter(read, item__in=WorkItem.objects.visible_to(viewer))

    def queued(self) -> Self:
        """Still to be sent."""
        return self.filter(state=OutgoingMail.State.QUEUED)


class OutgoingMail(models.Model):
    """One mail to one person. Every try to send it uses the same Message-ID."""

    class State(models.TextChoices):
        """Its fate so far."""

        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        KEPT = "kept", _("Kept in the outbox: no mail server is set")
        FAILED = "failed", _("Not sent")
        BOUNCED = "bounced", _("Came back")

    id: int
    message_id = models.CharField(max_length=255, unique=True)
    once = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001 - null: may repeat
    template = models.CharField(max_length=80)
    item = models.ForeignKey(
        WorkItem, on_delete=models.PROTECT, null=True, blank=True, related_name="outgoing"
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="outgoing"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="mails"
    )
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="outgoing"
    )
    language = models.CharField(max_length=8, default="en")
    address = models.CharField(max_length=320)
    sender_name = models.CharField(max_length=200, blank=True, default="")
    sender_address = models.CharField(max_length=320, blank=True, default="")
    reply_to = models.CharField(max_length=320, blank=True, default="")
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    references = models.TextField(blank=True, default="")
    is_automatic = models.BooleanField(default=True)
    is_secret = models.BooleanField(default=False)  # holds a link that signs somebody in
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True, default="")
    queued_at = models.DateTimeField(default=clock.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-queued_at"], name="channels_out_queued_at"),
            models.Index(fields=["item", "id"], name="channels_out_item"),
            models.Index(fields=["address", "queued_at"], name="channels_out_address"),
            models.Index(
                fields=["id"], name="channels_out_waiting", condition=models.Q(state="queued")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.address}"


class SmtpServer(models.Model):
    """The mail server our mail leaves by. There is one row at most; none means the outbox."""

    id: int
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=587)
    security = models.CharField(
        max_length=10, choices=Mailbox.Security.choices, default=Mailbox.Security.STARTTLS
    )
    user = models.CharField(max_length=254, blank=True, default="")
    hidden_password = models.TextField(blank=True, default="")
    sender_address = models.EmailField(max_length=254, blank=True, default="")
    is_active = models.BooleanField(default=True)
    error = models.CharField(max_length=500, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="channels_one_smtp_server")
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def password(self) -> str:
        """The password of its account, in clear."""
        return settings.SECRETS.decrypt(self.hidden_password) if self.hidden_password else ""


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    """Words for choosing templates."""

    def visible_to(self, viewer: Actor) -> Self:
        """Wording is for who configures mail."""
        return self if viewer.may("channels.configure") else self.none()


class MessageTemplate(models.Model):
    """An organisation's own wording of a message; what is not written here is as declared."""

    id: int
    key = models.CharField(max_length=80, unique=True)
    subjects = models.JSONField(default=dict, blank=True)
    bodies = models.JSONField(default=dict, blank=True)  # Markdown with {placeholders}
    is_active = models.BooleanField(default=True)  # off: this message is not sent

    objects = MessageTemplateQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
