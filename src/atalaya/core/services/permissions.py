"""What may be done with services."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission("services.edit", _("Add and edit services"), roles=("lead", "admin"), module=__name__)
