"""What may be done with accounts, sessions and keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import permission

permission(
    "identity.make_keys",
    _("Make API keys for oneself"),
    roles=("agent", "lead", "admin"),
    module=__name__,
)
permission(
    "identity.manage_keys",
    _("See and revoke everybody's API keys, and make keys for others"),
    roles=("admin",),
    module=__name__,
)
permission(
    "identity.manage_accounts",
    _("Invite people, close their accounts and end their sessions"),
    roles=("admin",),
    module=__name__,
)
