"""What can be wrong with signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError, TemporarilyUnavailable, TooMany


class SignInNeeded(AtalayaError):
    """Any view may raise it: a browser is led to the sign-in page and back."""

    code = "sign_in_needed"
    status = 401
    message = _("Sign in to go on.")


class WrongCredentials(AtalayaError):
    code = "wrong_credentials"
    status = 422
    message = _("That address and password do not fit together.")


class TooManyTries(TooMany):
    code = "too_many_tries"
    message = _("Too many attempts. Wait %(minutes)s minutes, or ask for a link by mail.")


class LinkNotGood(AtalayaError):
    code = "link_not_good"
    status = 410
    message = _("This link has been used or is too old. Ask for a new one.")


class WrongCode(AtalayaError):
    code = "wrong_code"
    status = 422
    field = "code"
    message = _("That code is not right, or it has been used already.")


class WrongPasskey(AtalayaError):
    code = "wrong_passkey"
    status = 422
    message = _("That passkey was not accepted. Try again.")


class WrongPassword(AtalayaError):
    code = "wrong_password"
    status = 422
    field = "present"
    message = _("That is not your present password.")


class WeakPassword(AtalayaError):
    code = "weak_password"
    status = 422
    field = "password"
    message = _("%(reason)s")


class NoAddress(AtalayaError):
    code = "no_address"
    status = 422
    field = "address"
    message = _("%(name)s has no mail address, so there is nowhere to send a link.")


class NotProvedLately(AtalayaError):
    """For changes that need a fresh proof: the browser is led through signing in again."""

    code = "not_proved_lately"
    status = 401
    message = _("Confirm that it is you, then try again.")


class NoMessenger(TemporarilyUnavailable):
    code = "no_messenger"
    message = _("This desk cannot send mail yet. Ask your administrator for a link.")


class WrongScope(AtalayaError):
    code = "wrong_scope"
    status = 422
    field = "scope"
    message = _("A key can only do what its owner may do: %(permission)s is not among that.")


class SetUpIsOver(AtalayaError):
    code = "set_up_is_over"
    status = 409
    message = _("This desk has an administrator already. Sign in instead.")
