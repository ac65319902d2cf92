"""Where people, organisations and teams appear in the console."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "people.people",
    place="rail",
    label=_("People"),
    url="console:people:people",
    icon="users",
    order=60,
    permission="people.see",
    module=__name__,
)
menu(
    "people.teams",
    place="settings",
    label=_("Teams"),
    url="console:people:teams",
    icon="users-group",
    order=10,
    group="people",
    permission="people.see",
    sentence=_("Who works together, at which tier, and how they sign."),
    module=__name__,
)
menu(
    "people.organisations",
    place="settings",
    label=_("Organisations"),
    url="console:people:organisations",
    icon="building",
    order=20,
    group="people",
    permission="people.see",
    sentence=_("Companies and their mail domains."),
    module=__name__,
)
menu(
    "people.import",
    place="settings",
    label=_("Import people"),
    url="console:people:import",
    icon="file-upload",
    order=30,
    group="people",
    permission="people.import",
    sentence=_("From a CSV file, with a preview."),
    module=__name__,
)
menu(
    "people.roles",
    place="settings",
    label=_("Roles"),
    url="console:people:roles",
    icon="shield-check",
    order=15,
    group="people",
    permission="people.grant",
    sentence=_("What agents, leads and administrators may do, and roles of your own."),
    module=__name__,
)
