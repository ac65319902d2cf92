"""What happens to accounts, sessions, links and keys. Never what was typed, never a secret."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class AccountOpened(Fact, name="identity.account_opened"):
    """A person can sign in from now on."""

    sentence = _("got an account")

    person_id: int
    account_id: int


@dataclass(frozen=True)
class AccountSwitched(Fact, name="identity.account_switched"):
    """An account was closed, or opened again."""

    sentence = _("switched the account on or off (%(active)s)")

    person_id: int
    active: bool


@dataclass(frozen=True)
class SignedIn(Fact, name="identity.signed_in"):
    """Somebody proved who he is; ``method`` as in ``OpenSession.Method``."""

    sentence = _("signed in (%(method)s)")

    person_id: int
    session_id: int
    method: str
    second_factor: bool = False


@dataclass(frozen=True)
class SignInFailed(Fact, name="identity.sign_in_failed"):
    """Somebody did not: ``why`` is ``password``, ``code``, ``passkey``, ``link`` or ``policy``."""

    sentence = _("failed to sign in (%(why)s)")

    person_id: int | None
    why: str


@dataclass(frozen=True)
class TriesExceeded(Fact, name="identity.tries_exceeded"):
    """Tries were stopped for a while; ``what`` says what was counted."""

    sentence = _("tried too often (%(what)s)")

    person_id: int | None
    what: str


@dataclass(frozen=True)
class SessionEnded(Fact, name="identity.session_ended"):
    """A session ended: ``signed_out``, ``revoked``, ``password``, ``account``."""

    sentence = _("ended a session (%(why)s)")

    person_id: int
    session_id: int
    why: str


@dataclass(frozen=True)
class LinkMade(Fact, name="identity.link_made"):
    """A one-time link was made; its digest is its row's, the link only in the mail."""

    sentence = _("a one-time link was made (%(purpose)s)")

    person_id: int | None
    link_id: int
    purpose: str


@dataclass(frozen=True)
class PasswordChanged(Fact, name="identity.password_changed"):
    """A password was set or changed; every other session of the person ended."""

    sentence = _("changed the password")

    person_id: int


@dataclass(frozen=True)
class FactorAdded(Fact, name="identity.factor_added"):
    """A ``webauthn`` (passkey), ``totp`` (app) or ``recovery_codes`` was added."""

    sentence = _("added a second step (%(kind)s)")

    person_id: int
    kind: str


@dataclass(frozen=True)
class FactorRemoved(Fact, name="identity.factor_removed"):
    """The same, removed."""

    sentence = _("removed a second step (%(kind)s)")

    person_id: int
    kind: str


@dataclass(frozen=True)
class RecoveryCodeUsed(Fact, name="identity.recovery_code_used"):
    """One of the codes for emergencies was used; ``left`` remain."""

    sentence = _("used a recovery code, %(left)s left")

    person_id: int
    left: int


@dataclass(frozen=True)
class KeyMade(Fact, name="identity.key_made"):
    """An API key was made."""

    sentence = _("made an API key")

    person_id: int
    key_id: int
    scope: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyRevoked(Fact, name="identity.key_revoked"):
    """An API key was revoked."""

    sentence = _("revoked an API key")

    person_id: int
    key_id: int
