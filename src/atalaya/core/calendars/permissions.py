"""What may be done with calendars."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission(
    "calendars.edit",
    _("Edit opening hours and holidays"),
    roles=("admin",),
    module=__name__,
)
