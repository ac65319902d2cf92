"""What may be done with messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission(
    "channels.configure",
    _("Set up mailboxes, the mail server and the wording of messages"),
    roles=("admin",),
    module=__name__,
)
permission(
    "channels.handle",
    _("See every mail in and out, and handle parked mail"),
    roles=("lead", "admin"),
    module=__name__,
)
