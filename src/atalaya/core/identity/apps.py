"""Who somebody is: sign-in, sessions, passkeys, API keys, links."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts and the ways to prove that one is theirs."""

    name = "atalaya.core.identity"
    label = "identity"

    def ready(self) -> None:
        """Let pages outside the shells say whose desk this is."""
        from atalaya.core.identity.agents import described
        from atalaya.core.identity.portal.addresses import with_next
        from atalaya.core.preferences.queries import desk
        from atalaya.ui.jinja import share

        share(desk_name=lambda: desk().name or "Atalaya", with_next=with_next, browser_of=described)
