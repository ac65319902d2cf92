"""Where mail appears in the console."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.engines.channels.models import RawMessage
from atalaya.kernel.plugs import menu


def parked_for(actor: Any) -> int:
    """How many parked mails an actor could handle."""
    return RawMessage.objects.visible_to(actor).parked().count()


menu(
    "channels.settings",
    place="settings",
    label=_("Mailboxes and sending"),
    url="console:channels:settings",
    icon="mail",
    order=10,
    group="channels",
    permission="channels.configure",
    sentence=_("Addresses of the desk, the mail server, filters and the wording of messages."),
    module=__name__,
)
menu(
    "channels.log",
    place="settings",
    label=_("Mail in and out"),
    url="console:channels:incoming",
    icon="mail-opened",
    order=20,
    group="channels",
    permission="channels.handle",
    sentence=_("What came, what became of it, what was sent; parked mail to look at."),
    badge=parked_for,
    module=__name__,
)
