"""What may be done with preferences."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission(
    "preferences.change",
    _("Change the settings of the desk"),
    roles=("admin",),
    module=__name__,
)
