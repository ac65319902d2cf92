"""Second steps: passkeys, codes from an app, recovery codes. allauth keeps and checks them."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings

from atalaya.core.identity.actions import telling
from atalaya.core.identity.actions.passwords import note_failure
from atalaya.core.identity.actions.sessions import end_sessions
from atalaya.core.identity.actions.trying import forget_tries, refuse_after
from atalaya.core.identity.errors import WrongCode
from atalaya.core.identity.events import FactorAdded, FactorRemoved, RecoveryCodeUsed
from atalaya.core.identity.models import Account, OpenSession
from atalaya.core.identity.queries import policy
from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people.models import Actor
from atalaya.core.people.queries import actor_for
from atalaya.kernel import clock
from atalaya.kernel.errors import NotFound
from atalaya.kernel.text import one_line

Kind = Authenticator.Type
STEP = 30  # seconds for which an app shows a code (RFC 6238)


@action("identity.add_app")
def add_app(account: Account, *, secret: str, code: str, by: Actor) -> list[str]:
    """Add an app for codes, once it shows the right one for ``secret``; it replaces another.

    Returns recovery codes to be shown once, if there were none yet. Raises WrongCode.
    """
    account = locked(account)
    counter = _counter_of(secret, code)
    if counter is None:
        raise WrongCode
    Authenticator.objects.filter(user=account, type=Kind.TOTP).delete()
    made = TOTP.activate(account, secret).instance
    made.data["last_counter"] = counter
    made.save(update_fields=["data"])
    return _added(account, Kind.TOTP, by=by)


@action("identity.add_passkey")
def add_passkey(account: Account, *, name: str, credential: dict[str, Any], by: Actor) -> list[str]:
    """Keep a passkey whose registration was verified. Returns recovery codes, as ``add_app``."""
    account = locked(account)
    WebAuthn.add(account, one_line(name, 80) or "Passkey", credential)
    return _added(account, Kind.WEBAUTHN, by=by)


def _added(account: Account, kind: str, *, by: Actor) -> list[str]:
    append(FactorAdded(account.person_id, kind), by=by, about=account.person)
    telling.notify(account.person, "factor_added")
    if Authenticator.objects.filter(user=account, type=Kind.RECOVERY_CODES).exists():
        return []
    return make_recovery_codes(account, by=by)


@action("identity.make_recovery_codes")
def make_recovery_codes(account: Account, *, by: Actor) -> list[str]:
    """New recovery codes, to be shown once; the ones before stop working."""
    account = locked(account)
    Authenticator.objects.filter(user=account, type=Kind.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(account).get_unused_codes()
    append(FactorAdded(account.person_id, Kind.RECOVERY_CODES), by=by, about=account.person)
    return codes


@action("identity.remove_factor")
def remove_factor(account: Account, factor_id: int, *, by: Actor) -> None:
    """Remove a passkey or the app; with the last of them the recovery codes go too.

    One's own, or anybody's for who manages accounts (a lost phone). Raises NotAllowed, NotFound.
    """
    if account.person_id != by.person_id:
        by.must("identity.manage_accounts")
    account = locked(account)
    mine = Authenticator.objects.filter(user=account)
    found = mine.exclude(type=Kind.RECOVERY_CODES).filter(pk=factor_id).first()
    if found is None:
        raise NotFound
    found.delete()
    if not mine.exclude(type=Kind.RECOVERY_CODES).exists():
        mine.delete()
    append(FactorRemoved(account.person_id, found.type), by=by, about=account.person)
    telling.notify(account.person, "factor_removed")


@action("identity.rename_passkey")
def rename_passkey(account: Account, factor_id: int, name: str, *, by: Actor) -> None:
    """Call a passkey something else. Raises NotFound."""
    found = Authenticator.objects.filter(user=account, type=Kind.WEBAUTHN, pk=factor_id).first()
    if found is None or account.person_id != by.person_id:
        raise NotFound
    found.data["name"] = one_line(name, 80) or found.data["name"]
    found.save(update_fields=["data"])


def check_code(account: Account, code: str) -> str:
    """Accept a code from the app or a recovery code; says which. Each works once.

    Tries are counted for the account, wherever they come from. Not one transaction: what is
    counted and told must stay when it is refused. Raises TooManyTries, WrongCode.
    """
    decided = policy()
    refuse_after(
        "code",
        account.pk,
        most=decided.tries,
        minutes=decided.tries_minutes,
        person_id=account.person_id,
    )
    kind = _use_code(account, "".join(code.split()))
    if kind is None:
        note_failure(account, why="code")
        raise WrongCode
    forget_tries("code", account.pk)
    return kind


@action("identity.use_code")
def _use_code(account: Account, code: str) -> str | None:
    account = locked(account)
    factors = {one.type: one for one in Authenticator.objects.filter(user=account)}
    if Kind.TOTP in factors and _use_app_code(factors[Kind.TOTP], code):
        return str(Kind.TOTP)
    if Kind.RECOVERY_CODES in factors:
        codes = RecoveryCodes(factors[Kind.RECOVERY_CODES])
        if codes.validate_code(code):
            left = len(codes.get_unused_codes())
            fact = RecoveryCodeUsed(account.person_id, left)
            append(fact, by=actor_for(account.person), about=account.person)
            telling.notify(account.person, "recovery_code")
            return str(Kind.RECOVERY_CODES)
    return None


def _use_app_code(factor: Any, code: str) -> bool:
    """allauth remembers used codes in the cache of one process; we keep the step in the row."""
    counter = _counter_of(decrypt(factor.data["secret"]), code)
    if counter is None or counter <= factor.data.get("last_counter", -1):
        return False
    factor.data["last_counter"] = counter
    factor.last_used_at = clock.now()
    factor.save(update_fields=["data", "last_used_at"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    """The step of time whose code this is, if it is now or one step away."""
    present = int(clock.now().timestamp()) // STEP
    tolerance = settings.MFA_TOTP_TOLERANCE
    for counter in range(present - tolerance, present + tolerance + 1):
        expected = format_hotp_value(hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            return counter
    return None


@action("identity.note_factor_use")
def note_passkey_use(factor: Any) -> None:
    """Note when a passkey was last used."""
    factor.last_used_at = clock.now()
    factor.save(update_fields=["last_used_at"])


@action("identity.note_second_factor")
def note_second_factor(session_id: int) -> None:
    """The owner of a session has just proved a second step in it."""
    OpenSession.objects.filter(pk=session_id).update(second_factor=True, proved_at=clock.now())


@action("identity.reset_factors")
def reset_factors(account: Account, *, by: Actor) -> None:
    """Remove all second steps of who lost his phone; his sessions end. Raises NotAllowed."""
    by.must("identity.manage_accounts")
    account = locked(account)
    mine = Authenticator.objects.filter(user=account)
    for kind in mine.exclude(type=Kind.RECOVERY_CODES).values_list("type", flat=True):
        append(FactorRemoved(account.person_id, kind), by=by, about=account.person)
    if mine.exists():
        mine.delete()
        end_sessions(account, by=by, why="account")
        telling.notify(account.person, "factor_removed")
