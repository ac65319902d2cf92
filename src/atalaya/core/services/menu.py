"""Where services appear in the settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "services.list",
    place="settings",
    label=_("Services"),
    url="console:services:list",
    icon="server",
    order=15,
    group="work",
    permission="services.edit",
    sentence=_("What IT provides, who owns it and which team supports it."),
    module=__name__,
)
