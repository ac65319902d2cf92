"""What can go wrong when a fact is appended."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import AtalayaError


class OutsideTransaction(AtalayaError):
    code = "outside_transaction"
    status = 500
    message = _("A fact was told outside the transaction of its change.")
