"""Where preferences appear in the settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "preferences.index",
    place="settings",
    label=_("Preferences"),
    url="console:preferences:index",
    icon="adjustments-horizontal",
    order=10,
    group="desk",
    permission="preferences.change",
    sentence=_("Name and language of the desk, limits, days and habits of every part."),
    module=__name__,
)
menu(
    "preferences.practices",
    place="settings",
    label=_("Practices"),
    url="console:preferences:practices",
    icon="puzzle",
    order=20,
    group="desk",
    permission="preferences.change",
    sentence=_("What is switched on. What is off is invisible and keeps its data."),
    module=__name__,
)
