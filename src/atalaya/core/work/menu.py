"""Where the lists of work items appear in the settings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

ENTRIES: tuple[tuple[str, str, int, Any, Any], ...] = (
    ("categories", "folder", 10, _("Categories"),
     _("What cases are about, as a tree; each may name its team.")),
    ("reasons", "clock-pause", 30, _("Reasons to wait"),
     _("Why a case waits, when to remind, when to close by itself.")),
    ("matrix", "layout-grid", 40, _("Priority matrix"),
     _("Impact and urgency give the priority.")),
    ("fields", "adjustments-horizontal", 50, _("Own fields"),
     _("What else you want to know, and when it must be filled in.")),
    ("checklists", "list-check", 60, _("Checklists"),
     _("Steps that are put on a case in one go.")),
    ("tags", "tag", 70, _("Tags"),
     _("Words on cases: rename, merge, remove.")),
)  # fmt: skip

for key, icon, order, label, sentence in ENTRIES:
    menu(
        f"work.{key}",
        place="settings",
        label=label,
        url=f"console:work:{key}",
        icon=icon,
        order=order,
        group="work",
        permission="work.lists",
        sentence=sentence,
        module=__name__,
    )

menu(
    "work.audit",
    place="settings",
    label=_("Audit"),
    url="console:work:audit",
    icon="shield-check",
    order=30,
    group="system",
    permission="journal.read",
    sentence=_("Who did what, when and from where. Nothing in it can be changed."),
    module=__name__,
)
