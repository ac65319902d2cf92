"""What may be done with the journal and with what runs in the background."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission("journal.read", _("Read the audit"), roles=("admin",), module=__name__)
permission(
    "journal.jobs",
    _("See what runs in the background and try it again"),
    roles=("admin",),
    module=__name__,
)
