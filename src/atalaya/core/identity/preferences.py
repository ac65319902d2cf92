"""What an organisation decides about signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.preferences.ports import option, preferences


@preferences("identity", _("Signing in"))
class IdentityPreferences:
    """Who may sign in, by which means, and for how long."""

    who: str = option(
        "known",
        _("Who may sign in"),
        sentence=_("A person is known by a mail address that the desk has for him."),
        choices=(
            ("known", _("Everybody whose mail address is known")),
            ("invited", _("Only people who were invited")),
        ),
    )
    links: bool = option(
        default=True,
        label=_("One-time links by mail"),
        sentence=_("Lets people sign in without a password. Invitations work in any case."),
    )
    agents_need_second_factor: bool = option(
        default=False,
        label=_("Agents need a second step"),
        sentence=_("Agents are led to set up a passkey or an app before they can go on."),
    )
    link_minutes: int = option(
        20, _("Minutes a one-time link is good for"), minimum=5, maximum=24 * 60
    )
    invitation_days: int = option(7, _("Days an invitation is good for"), minimum=1, maximum=60)
    guest_days: int = option(
        90, _("Days a guest's link to his request is good for"), minimum=1, maximum=3650
    )
    session_days: int = option(30, _("Days until everybody signs in again"), minimum=1, maximum=365)
    idle_hours: int = option(
        7 * 24,
        _("Hours without use after which a session ends"),
        minimum=1,
        maximum=365 * 24,
    )
    tries: int = option(
        5,
        _("Wrong tries before waiting"),
        sentence=_("Counted for an account and the network address that tries it."),
        minimum=3,
        maximum=100,
    )
    tries_minutes: int = option(15, _("Minutes to wait then"), minimum=1, maximum=24 * 60)
    key_days: int = option(365, _("Days an API key is good for at most"), minimum=1, maximum=3650)
