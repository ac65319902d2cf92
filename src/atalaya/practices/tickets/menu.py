"""Where tickets appear in the menus of console and portal."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor
from atalaya.core.work.models import Turn
from atalaya.kernel.plugs import menu
from atalaya.practices.tickets.queries import asked_by


def waiting_for_answer_of(viewer: Actor) -> int:
    """How many of one's own tickets wait for one's own answer."""
    if viewer.person is None:
        return 0
    mine = asked_by(viewer.person, viewer=viewer).open()
    return mine.filter(turn=Turn.REQUESTER).count()


menu(
    "tickets.new",
    place="create",
    label=_("New ticket"),
    url="console:tickets:new",
    icon="plus",
    order=10,
    permission="tickets.open",
    module=__name__,
)
menu(
    "tickets.mine",
    place="portal",
    label=_("My tickets"),
    url="portal:tickets:mine",
    icon="ticket",
    order=20,
    badge=waiting_for_answer_of,
    module=__name__,
)
menu(
    "tickets.report",
    place="portal_home",
    label=_("Report a problem"),
    url="portal:tickets:report",
    icon="alert-triangle",
    order=10,
    sentence=_("Something does not work, or not as it should."),
    module=__name__,
)
menu(
    "tickets.ask",
    place="portal_home",
    label=_("Ask for something"),
    url="portal:tickets:ask",
    icon="message-plus",
    order=20,
    sentence=_("Access, a program, equipment, or help with something."),
    module=__name__,
)
menu(
    "tickets.states",
    place="settings",
    label=_("States"),
    url="console:tickets:states",
    icon="circle-dot",
    order=20,
    group="work",
    permission="work.lists",
    sentence=_("What tickets go through, how it is called, and what may follow what."),
    module=__name__,
)
