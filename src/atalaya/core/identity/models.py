"""Accounts, open sessions, one-time links, API keys, and how often somebody tried."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Person
from atalaya.kernel import clock

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts the way Django and allauth ask for them."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this mail address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """What lets a person sign in. A person gets one when he first needs it.

    It has no rights of its own: those are the person's (``people.queries.actor_for``).
    """

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    id: int
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)
    password_changed_at = models.DateTimeField(null=True, blank=True)

    objects = AccountManager()

    if TYPE_CHECKING:
        sessions: RelatedManager[OpenSession]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="identity_email_lower"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def may_sign_in(self) -> bool:
        """Whether neither the account nor its person was switched off."""
        return self.is_active and self.person.is_active


class OpenSession(models.Model):
    """A place where somebody is signed in. It ends by itself, by its owner, or with a new password.

    The browser's session holds its id; a row that has ended closes the session at its next request.
    """

    class Method(models.TextChoices):
        """How the person proved who he is."""

        PASSWORD = "password", _("Password")
        LINK = "link", _("One-time link")
        PASSKEY = "passkey", _("Passkey")
        SETUP = "setup", _("Set-up")
        SSO = "sso", _("Single sign-on")

    id: int
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    method = models.CharField(max_length=16, choices=Method.choices)
    second_factor = models.BooleanField(default=False)
    proved_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=64, blank=True, default="")
    agent = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "-seen_at"],
                name="identity_session_open",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} since {self.started_at:%Y-%m-%d %H:%M}"


class OneTimeLink(models.Model):
    """A link that proves one thing once. Its digest is kept; the link itself is in the mail."""

    class Purpose(models.TextChoices):
        """What following the link allows."""

        SIGN_IN = "sign_in", _("Sign in")
        PASSWORD = "password", _("Choose a password")
        INVITE = "invite", _("First sign-in")
        SETUP = "setup", _("Set up the desk")

    id: int
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="links")
    email = models.EmailField(max_length=254, blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    goto = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    def is_good(self, now: dt.datetime) -> bool:
        """Whether it may still be used."""
        return self.used_at is None and self.expires_at > now


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Words for choosing keys."""

    def visible_to(self, viewer: Actor) -> Self:
        """Everybody's for who manages keys; else one's own."""
        if viewer.may("identity.manage_keys"):
            return self
        return self.filter(person=viewer.person) if viewer.person else self.none()

    def good(self, now: dt.datetime) -> Self:
        """Keys that still open something."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ApiKey(models.Model):
    """A key for a script: acts as its person, with no more than the permissions in its scope."""

    id: int
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_keys")
    label = models.CharField(max_length=120)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scope = ArrayField(models.CharField(max_length=80), default=list)
    created_at = models.DateTimeField(default=clock.now)
    created_by_id = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"

    def state(self, now: dt.datetime) -> str:
        """``revoked``, ``expired`` or ``good``."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= now else "good"


class Tries(models.Model):
    """How often something was tried in the present window; shared by all processes.

    ``digest`` stands for what is counted (an address, an account), so no names are kept here.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    count = models.IntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return f"{self.count} until {self.until:%H:%M:%S}"
