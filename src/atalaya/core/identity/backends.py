"""Who Django believes a session to be. Passwords are checked by our own action, not here."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from atalaya.core.identity.models import Account


class Accounts(BaseBackend):
    """Finds the account of a session; rights are the person's and never Django's."""

    def authenticate(self, request: HttpRequest | None, **_credentials: Any) -> None:
        """Nothing signs in past ``actions.signing_in``, where tries are counted."""

    def get_user(self, user_id: int) -> Account | None:
        """The account, unless it or its person was switched off."""
        found = Account.objects.select_related("person").filter(pk=user_id).first()
        return found if found is not None and found.may_sign_in else None
