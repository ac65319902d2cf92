"""The way back into the first steps."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "setup",
    place="settings",
    label=_("First steps"),
    url="setup:start",
    icon="list-check",
    order=5,
    permission="preferences.change",
    sentence=_("Organisation, mail, team, calendar and practices, one after the other."),
    group="desk",
    module=__name__,
)
