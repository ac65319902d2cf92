"""The console's own entries of the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor
from atalaya.kernel.plugs import menu
from atalaya.pages import queue
from atalaya.pages.filters import Filters


def waiting_for_me(viewer: Actor) -> int:
    """Open work of mine whose next step is mine."""
    filters = Filters(chosen={"turn": ("agent",)})
    return queue.counted(queue.items_in(queue.VIEWS["mine"], filters, viewer=viewer))


menu(
    "console.home",
    place="rail",
    label=_("Home"),
    url="console:home",
    icon="home",
    order=10,
    module=__name__,
)
menu(
    "console.queue",
    place="rail",
    label=_("Tickets"),
    url="console:queue",
    icon="ticket",
    order=20,
    permission="work.see",
    badge=waiting_for_me,
    module=__name__,
)
menu(
    "console.settings",
    place="rail",
    label=_("Settings"),
    url="console:settings",
    icon="settings",
    order=90,
    module=__name__,
)
menu(
    "console.me",
    place="settings",
    label=_("My settings"),
    url="console:me",
    icon="user-circle",
    order=5,
    group="me",
    sentence=_("Language, time zone, theme and keys."),
    module=__name__,
)
menu(
    "console.system",
    place="settings",
    label=_("System"),
    url="console:system",
    icon="server",
    order=10,
    group="system",
    permission="preferences.change",
    sentence=_("What this desk found about itself, and what runs here."),
    module=__name__,
)
