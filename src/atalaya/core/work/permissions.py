"""What may be done with any work item."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

STAFF = ("agent", "lead", "admin")

permission("work.see", _("See the team's cases"), roles=STAFF, module=__name__)
permission("work.read_notes", _("Read internal notes"), roles=STAFF, module=__name__)
permission(
    "work.redact", _("Remove the content of an entry"), roles=("lead", "admin"), module=__name__
)
permission(
    "work.lists",
    _("Edit categories, states, reasons and fields"),
    roles=("admin",),
    module=__name__,
)
permission("work.see_bin", _("See the bin and spam"), roles=STAFF, module=__name__)
