"""What may be done with people and teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission(
    "people.see",
    _("See people and organisations"),
    roles=("agent", "lead", "admin"),
    module=__name__,
)
permission(
    "people.edit",
    _("Add and edit people and organisations"),
    roles=("agent", "lead", "admin"),
    module=__name__,
)
permission("people.merge", _("Merge two people into one"), roles=("lead", "admin"), module=__name__)
permission("people.import", _("Import people from a file"), roles=("admin",), module=__name__)
permission("people.teams", _("Create and edit teams"), roles=("admin",), module=__name__)
permission(
    "people.grant", _("Give people roles and take them away"), roles=("admin",), module=__name__
)
