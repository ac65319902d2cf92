"""What a new desk starts with: one mailbox of the built-in listener."""

from __future__ import annotations

from atalaya.core.people.models import SYSTEM
from atalaya.engines.channels.actions import save_mailbox
from atalaya.engines.channels.models import Mailbox
from atalaya.kernel.plugs import starter

ADDRESS = "help@localhost"


@starter("channels.first_mailbox", order=60)
def first_mailbox() -> None:
    if not Mailbox.objects.exists():
        save_mailbox(by=SYSTEM, address=ADDRESS)
