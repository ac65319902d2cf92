"""Addresses of the desk, how their mail is fetched, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Team
from atalaya.core.work.models import Category
from atalaya.kernel import clock

if TYPE_CHECKING:
    from atalaya.core.people.models import Actor


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    """Words for choosing mailboxes."""

    def visible_to(self, viewer: Actor) -> Self:
        """Mailboxes are for who works here; their settings take a permission of their own."""
        return self if viewer.is_agent else self.none()

    def active(self) -> Self:
        """Mailboxes in use, the preferred first."""
        return self.filter(is_active=True).order_by("position", "id")

    def fetched(self) -> Self:
        """Mailboxes whose mail we fetch by IMAP."""
        return self.active().filter(source=Mailbox.Source.IMAP)


class Mailbox(models.Model):
    """An address of the desk. Mail for it is taken by our listener or fetched by IMAP."""

    class Source(models.TextChoices):
        """How its mail comes."""

        LISTENER = "listener", _("Taken by the built-in mail listener")
        IMAP = "imap", _("Fetched by IMAP")

    class Security(models.TextChoices):
        """How the connection to a mail server is protected."""

        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("Not protected")

    class Unknown(models.TextChoices):
        """What happens to mail of people the desk does not know."""

        CREATE = "create", _("They become known and get a ticket")
        QUARANTINE = "quarantine", _("It is parked until somebody looks at it")
        REFUSE = "refuse", _("It is refused")

    class After(models.TextChoices):
        """What becomes of a fetched mail on its server."""

        SEEN = "seen", _("Marked as read")
        MOVE = "move", _("Moved to another folder")
        KEEP = "keep", _("Left as it is")

    id: int
    address = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True, default="")
    team = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="mailboxes"
    )
    category = models.ForeignKey(
        Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="mailboxes"
    )
    kind = models.CharField(max_length=20, default="incident")
    origin = models.CharField(max_length=80, blank=True, default="")
    unknown = models.CharField(max_length=12, choices=Unknown.choices, default=Unknown.CREATE)
    position = models.IntegerField(default=0)  # whose a mail to several of ours is
    silence_hours = models.PositiveIntegerField(default=0)  # 0: silence is no finding
    is_active = models.BooleanField(default=True)

    source = models.CharField(max_length=10, choices=Source.choices, default=Source.LISTENER)
    host = models.CharField(max_length=255, blank=True, default="")
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    user = models.CharField(max_length=254, blank=True, default="")
    hidden_password = models.TextField(blank=True, default="")
    folder = models.CharField(max_length=200, default="INBOX")
    after = models.CharField(max_length=8, choices=After.choices, default=After.SEEN)
    move_to = models.CharField(max_length=200, blank=True, default="")
    waits_for_push = models.BooleanField(default=True)  # IDLE
    poll_seconds = models.PositiveIntegerField(default=60)

    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [models.UniqueConstraint(Lower("address"), name="channels_mailbox_once")]

    def __str__(self) -> str:
        return self.address

    @property
    def password(self) -> str:
        """The password of its IMAP account, in clear."""
        return settings.SECRETS.decrypt(self.hidden_password) if self.hidden_password else ""


class MailFilterQuerySet(models.QuerySet["MailFilter"]):
    """Words for choosing filters."""

    def visible_to(self, viewer: Actor) -> Self:
        """Filters are for who configures mail."""
        return self if viewer.may("channels.configure") else self.none()


class MailFilter(models.Model):
    """A rule on incoming mail: where a header field matches, fields of the ticket are set.

    ``sets`` may hold ``kind``, ``category_id``, ``team_id``, ``priority``, ``origin``, ``tags`` and
    ``ignore`` (the mail is recorded and nothing comes of it).
    """

    id: int
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.CASCADE, null=True, blank=True, related_name="filters"
    )
    position = models.IntegerField(default=0)
    field = models.CharField(max_length=76)  # a header field, or "text"
    pattern = models.CharField(max_length=300)
    sets = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    objects = MailFilterQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.field}: {self.pattern}"
