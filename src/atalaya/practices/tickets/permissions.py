"""What may be done with tickets. Requesters need none of these for their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

STAFF = ("agent", "lead", "admin")
LEADS = ("lead", "admin")

permission("tickets.open", _("Open tickets for others"), roles=STAFF, module=__name__)
permission("tickets.answer", _("Answer requesters"), roles=STAFF, module=__name__)
permission("tickets.note", _("Write internal notes and log calls"), roles=STAFF, module=__name__)
permission("tickets.assign", _("Assign and hand over tickets"), roles=STAFF, module=__name__)
permission("tickets.edit", _("Change fields of tickets"), roles=STAFF, module=__name__)
permission("tickets.resolve", _("Resolve, close and reopen tickets"), roles=STAFF, module=__name__)
permission("tickets.link", _("Link, merge and split tickets"), roles=STAFF, module=__name__)
permission("tickets.bin", _("Move tickets to the bin or to spam"), roles=STAFF, module=__name__)
permission("tickets.restore", _("Restore tickets from the bin"), roles=STAFF, module=__name__)
permission("tickets.confide", _("Make tickets confidential"), roles=LEADS, module=__name__)
