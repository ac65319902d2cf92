"""What an administrator sees of somebody's account, beside the person."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.queries import account_of, factors_of, keys_of, sessions_of
from atalaya.core.people.models import Actor, Person
from atalaya.kernel import clock
from atalaya.ui.panels import panel


@panel(
    "identity.account",
    for_=Person,
    place="side",
    order=80,
    title=_("Account"),
    icon="key",
    template="identity/console/_account.html",
)
def account(person: Person, *, actor: Actor) -> dict[str, Any] | None:
    """Whether he can sign in, by what means, where he is signed in, and what can be done."""
    if not actor.may("identity.manage_accounts"):
        return None
    found, now = account_of(person), clock.now()
    return {
        "person": person,
        "account": found,
        "factors": factors_of(found) if found else None,
        "sessions": sessions_of(found).count() if found else 0,
        "keys": sum(key.state(now) == "good" for key in keys_of(person, actor)),
    }
