"""Talking WebAuthn with the browser; allauth and fido2 do the cryptography."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from atalaya.core.identity.errors import WrongPasskey
from atalaya.core.identity.models import Account


def challenge_to_register(account: Account) -> dict[str, Any]:
    """What the browser needs to make a passkey that can stand for address and password."""
    return _plain(auth.begin_registration(account, passwordless=True))


def registered(credential: dict[str, Any]) -> dict[str, Any]:
    """``credential`` once it is sure that it answers our challenge. Raises WrongPasskey."""
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except _PROBLEMS as problem:
        raise WrongPasskey from problem
    return credential


def challenge_for_anybody() -> dict[str, Any]:
    """A challenge for whichever passkey of this desk the browser has."""
    return _plain(auth.begin_authentication())


def challenge_for(account: Account) -> dict[str, Any]:
    """A challenge for one of the account's own passkeys."""
    return _plain(auth.begin_authentication(account))


def account_that_answers(credential: dict[str, Any]) -> tuple[Account, Any]:
    """Whose passkey answered the challenge for anybody, and which it was. Raises WrongPasskey."""
    try:
        found: Account = auth.extract_user_from_response(credential)
    except _PROBLEMS as problem:
        raise WrongPasskey from problem
    return found, answers_for(found, credential)


def answers_for(account: Account, credential: dict[str, Any]) -> Any:
    """The passkey of ``account`` that answered its challenge. Raises WrongPasskey."""
    try:
        return auth.complete_authentication(account, credential)
    except _PROBLEMS as problem:
        raise WrongPasskey from problem
    finally:
        auth.clear_state()  # a challenge is answered once, rightly or wrongly


# What hostile JSON makes the libraries raise; each was seen.
_PROBLEMS = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


def _plain(options: Any) -> dict[str, Any]:
    return dict(options)
