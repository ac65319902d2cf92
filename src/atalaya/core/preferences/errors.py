"""What can be wrong with a preference."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError


class NoSuchPreference(AtalayaError):
    code = "no_such_preference"
    status = 404
    message = _("There is no setting called %(name)s.")


class WrongPreference(AtalayaError):
    code = "wrong_preference"
    status = 422
    message = _("“%(label)s” does not accept this value.")
