"""allauth's second factors in our house: secrets encrypted, our name, no mail of its own."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from atalaya.core.preferences.queries import desk


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is not typed
    """Named by the setting MFA_ADAPTER."""

    def encrypt(self, text: str) -> str:
        """Seeds are encrypted with the field key, which is not in the database."""
        return str(settings.SECRETS.encrypt(text))

    def decrypt(self, encrypted_text: str) -> str:
        """Counterpart of ``encrypt``."""
        return str(settings.SECRETS.decrypt(encrypted_text))

    def _get_site_name(self) -> str:
        return desk().name or "Atalaya"

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """What the passkey shows the person: his own name beside his address."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "display_name": user.person.name}  # type: ignore[attr-defined]  # an Account

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """Our actions tell people themselves, in their language."""
