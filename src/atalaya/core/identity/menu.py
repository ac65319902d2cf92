"""The settings page of API keys, and the way to one's own account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "identity.keys",
    place="settings",
    label=_("API keys"),
    url="console:identity:keys",
    icon="key",
    order=60,
    permission="identity.manage_keys",
    sentence=_("Everybody's keys for scripts: whose, what for, until when, last used."),
    group="people",
    module=__name__,
)
menu(
    "identity.account",
    place="me",
    label=_("Sign-in, sessions and keys"),
    url="portal:identity:account",
    icon="shield-check",
    order=20,
    module=__name__,
)
