"""Who somebody is: sign-in, sessions, passkeys, API keys, links."""

from __future__ import annotations

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts and the ways to prove that one is theirs."""

    name = "atalaya.core.identity"
    label = "identity"
