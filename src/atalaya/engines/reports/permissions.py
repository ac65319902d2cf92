"""What may be done with measures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission(
    "reports.see",
    _("See measures and export them"),
    roles=("agent", "lead", "admin"),
    module=__name__,
)
