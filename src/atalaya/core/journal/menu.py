"""Where what runs in the background appears in the settings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "journal.jobs",
    place="settings",
    label=_("Background work"),
    url="console:journal:jobs",
    icon="refresh",
    order=20,
    group="system",
    permission="journal.jobs",
    sentence=_("Queues, jobs that gave up, and a button to try them again."),
    module=__name__,
)
