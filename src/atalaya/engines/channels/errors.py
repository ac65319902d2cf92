"""What can go wrong with messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError, TemporarilyUnavailable


class MailTooLarge(AtalayaError):
    code = "mail_too_large"
    status = 413
    message = _("A mail may have at most %(limit)s MB.")


class MailboxTaken(AtalayaError):
    code = "mailbox_taken"
    status = 409
    field = "address"
    message = _("There is already a mailbox for %(address)s.")


class ServerRefused(AtalayaError):
    """The mail server said no, for good or until something is changed."""

    code = "mail_server_refused"
    status = 422
    field = "host"
    message = _("The mail server %(host)s refused: %(answer)s")


class ServerAway(TemporarilyUnavailable):
    """The mail server does not answer now."""

    code = "mail_server_away"
    field = "host"
    message = _("The mail server %(host)s cannot be reached: %(answer)s")


class NotAPattern(AtalayaError):
    code = "not_a_pattern"
    status = 422
    field = "pattern"
    message = _("This is not a pattern: %(reason)s")


class NothingToRetry(AtalayaError):
    code = "nothing_to_retry"
    status = 409
    message = _("This mail was processed already.")
