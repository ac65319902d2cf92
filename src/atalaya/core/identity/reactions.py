"""What signing in has to do with changes of people."""

from __future__ import annotations

from atalaya.core.identity.actions.accounts import end_access, follow_address, follow_merge
from atalaya.core.identity.models import Account
from atalaya.core.journal.actions import Happened, on
from atalaya.core.people.events import PeopleMerged, PersonChanged
from atalaya.core.people.models import SYSTEM, Person


@on(PersonChanged)
def follow_the_person(happened: Happened[PersonChanged]) -> None:
    """An account follows its person's addresses, and closes its doors when he is switched off."""
    fields = set(happened.fact.fields)
    if not fields & {"addresses", "is_active"}:
        return
    account = (
        Account.objects.select_related("person").filter(person_id=happened.fact.person_id).first()
    )
    if account is None:
        return
    if not account.person.is_active:
        end_access(account, by=SYSTEM)
    follow_address(account)


@on(PeopleMerged)
def close_the_other_door(happened: Happened[PeopleMerged]) -> None:
    """The person who was merged into another signs in as that other from now on."""
    fact = happened.fact
    account = Account.objects.select_related("person").filter(person_id=fact.person_id).first()
    if account is not None:
        follow_merge(account, into=Person.objects.get(pk=fact.into_id))
