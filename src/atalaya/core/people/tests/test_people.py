"""People, their addresses, teams and roles: the writes and who may see whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from atalaya.core.people import actions
from atalaya.core.people.errors import (
    AddressTaken,
    CannotMerge,
    CircularManager,
    LastAdministrator,
    NameMissing,
    NameTaken,
)
from atalaya.core.people.models import (
    SYSTEM,
    Actor,
    Address,
    Grant,
    Membership,
    Organisation,
    Person,
    Role,
    Team,
)
from atalaya.core.people.queries import (
    actor_for,
    administrators,
    guest_of,
    organisation_of_domain,
    person_with_address,
)
from atalaya.kernel.errors import InvalidInput, NotAllowed

Acting = Callable[[Person], Actor]
LONG_ADDRESS = f"luz@{'.'.join(['a' * 60] * 4)}.example.org"  # 258 characters
Journal = Callable[[Any], list[str]]


def test_a_person_gets_the_organisation_of_his_domain(example: Organisation) -> None:
    person = actions.add_person("Luz", by=SYSTEM, addresses=["Luz@mail.example.org"])
    assert person.organisation == example
    assert person.address == "luz@mail.example.org"


def test_the_longest_domain_decides(example: Organisation) -> None:
    lab = actions.save_organisation(by=SYSTEM, name="Lab", domains=["@Lab.example.org"])
    assert organisation_of_domain("x@lab.example.org") == lab
    assert organisation_of_domain("x@example.org") == example
    assert organisation_of_domain("x@notexample.org") is None


def test_an_address_belongs_to_one_person_whatever_its_case(rita: Person) -> None:
    with pytest.raises(AddressTaken):
        actions.add_person("Other", by=SYSTEM, addresses=["RITA@example.org"])
    assert person_with_address(" Rita@Example.org ") == rita


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["x", "a b@c.example", "a@b@c", "@example.org", LONG_ADDRESS])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        actions.add_person("Luz", by=SYSTEM, addresses=[wrong])
    assert not Person.objects.filter(name="Luz").exists()


@pytest.mark.django_db
def test_a_person_needs_a_name() -> None:
    with pytest.raises(NameMissing):
        actions.add_person(" \u200b\n", by=SYSTEM)


def test_changing_tells_the_fields_and_nothing_when_nothing_changes(
    rita: Person, journal_of: Journal
) -> None:
    for _time in range(2):
        actions.change_person(
            rita,
            by=SYSTEM,
            title="Accountant",
            addresses=["rita@example.org", "r@example.org"],
            phones=["+34 600 11 22 33"],
        )
    assert journal_of(rita).count("people.person_changed") == 1
    rita = Person.objects.get(pk=rita.pk)
    assert rita.address == "rita@example.org"
    assert rita.phones.get().digits == "34600112233"


def test_one_changes_ones_own_language_and_nothing_else(rita: Person, acting: Acting) -> None:
    actions.change_person(rita, by=acting(rita), language="en", zone="Europe/Madrid")
    with pytest.raises(NotAllowed):
        actions.change_person(rita, by=acting(rita), is_vip=True)
    with pytest.raises(NotAllowed):
        actions.change_person(rita, by=acting(rita), addresses=["boss@example.org"])


def test_the_addresses_of_somebody_with_a_role_are_for_who_may_give_roles(
    omar: Person, ana: Person, rita: Person, max_: Person, acting: Acting
) -> None:
    for changed in ({"addresses": ["omars.own@example.org"]}, {"is_active": False}):
        for holder in (max_, ana):
            with pytest.raises(NotAllowed):
                actions.change_person(holder, by=acting(omar), **changed)
    assert person_with_address("max@example.org") == max_
    assert person_with_address("omars.own@example.org") is None
    actions.change_person(max_, by=acting(omar), phones=["5"], addresses=["max@example.org"])
    actions.change_person(rita, by=acting(omar), addresses=["rita@new.example"])
    actions.change_person(ana, by=acting(max_), addresses=["ana@new.example"])
    assert person_with_address("ana@new.example") == ana


def test_an_address_that_somebody_got_meanwhile_stays_his(rita: Person, stan: Person) -> None:
    with pytest.raises(AddressTaken):
        actions._add_address(stan, "rita@example.org", is_primary=False)
    assert person_with_address("rita@example.org") == rita


def test_nobody_is_his_own_manager_however_long_the_way(
    rita: Person, omar: Person, ana: Person
) -> None:
    actions.change_person(rita, by=SYSTEM, manager=omar)
    actions.change_person(omar, by=SYSTEM, manager=ana)
    with pytest.raises(CircularManager):
        actions.change_person(ana, by=SYSTEM, manager=Person.objects.get(pk=rita.pk))


def test_names_of_teams_and_organisations_are_taken_whatever_their_case(
    front_desk: Team, example: Organisation
) -> None:
    with pytest.raises(NameTaken):
        actions.save_team(by=SYSTEM, name="FRONT desk")
    with pytest.raises(NameTaken):
        actions.save_organisation(by=SYSTEM, name="example")
    actions.save_team(front_desk, by=SYSTEM, name="Front Desk")


def test_who_joins_a_team_works_there_and_who_leaves_does_not(
    rita: Person, networks: Team, acting: Acting
) -> None:
    actions.join_team(networks, rita, by=SYSTEM)
    assert acting(rita).is_agent
    actions.join_team(networks, rita, by=SYSTEM, lead=True)
    assert Grant.objects.get(person=rita).role.key == "lead"
    actions.leave_team(networks, rita, by=SYSTEM)
    assert not acting(rita).is_agent
    assert Team.objects.get(pk=networks.pk).lead is None


def test_the_last_administrator_stays(max_: Person, acting: Acting) -> None:
    grant = max_.grants.get()
    with pytest.raises(LastAdministrator):
        actions.revoke_role(grant, by=acting(max_))


def test_merging_brings_addresses_phones_and_teams_along(
    rita: Person, omar: Person, max_: Person, acting: Acting, journal_of: Journal
) -> None:
    actions.change_person(omar, by=SYSTEM, phones=["123"])
    for _time in range(2):
        actions.merge_people(omar, into=rita, by=acting(max_))
    rita = Person.objects.get(pk=rita.pk)
    assert rita.address == "rita@example.org"
    assert person_with_address("omar@example.org") == rita
    assert rita.phones.get().value == "123"
    assert Membership.objects.get(person=rita).team.name == "Front desk"
    assert acting(rita).is_agent
    assert not Person.objects.get(pk=omar.pk).is_active
    assert journal_of(rita).count("people.merged") == 1


def test_a_lead_does_not_merge_away_somebody_with_a_role(
    ana: Person, max_: Person, rita: Person, stan: Person, acting: Acting
) -> None:
    with pytest.raises(NotAllowed):
        actions.merge_people(max_, into=ana, by=acting(ana))
    assert list(administrators()) == [max_]
    actions.merge_people(stan, into=rita, by=acting(ana))


def test_a_lead_does_not_give_somebody_with_a_role_the_addresses_of_another(
    ana: Person, max_: Person, stan: Person, acting: Acting
) -> None:
    with pytest.raises(NotAllowed):
        actions.merge_people(stan, into=max_, by=acting(ana))
    assert person_with_address("stan@elsewhere.example") == stan
    actions.merge_people(stan, into=ana, by=acting(max_))


def test_two_that_cannot_be_merged_are_left_alone(rita: Person, stan: Person, omar: Person) -> None:
    with pytest.raises(CannotMerge):
        actions.merge_people(rita, into=rita, by=SYSTEM)
    actions.merge_people(stan, into=rita, by=SYSTEM)
    with pytest.raises(CannotMerge):
        actions.merge_people(omar, into=stan, by=SYSTEM)


def test_mail_that_came_back_is_noted_once(rita: Person, journal_of: Journal) -> None:
    address = Address.objects.get(person=rita)
    for _time in range(2):
        actions.mark_bounced(address, by=SYSTEM)
    assert journal_of(rita).count("people.address_bounced") == 1


def test_requesters_see_themselves_and_agents_see_people(
    rita: Person, stan: Person, omar: Person, acting: Acting
) -> None:
    assert list(Person.objects.visible_to(acting(rita))) == [rita]
    assert {rita, stan, omar} <= set(Person.objects.visible_to(acting(omar)))
    assert not Organisation.objects.visible_to(acting(stan)).exists()
    assert not Team.objects.visible_to(acting(rita)).exists()


def test_a_switched_off_person_holds_no_right(omar: Person) -> None:
    actions.change_person(omar, by=SYSTEM, is_active=False)
    assert not actor_for(Person.objects.get(pk=omar.pk)).is_agent


def test_a_key_is_never_more_than_its_person(rita: Person, omar: Person) -> None:
    everything = frozenset({"*"})
    assert not actor_for(rita, only=everything, key_id=1).may("work.see")
    narrow = actor_for(omar, only=frozenset({"work.see"}), key_id=1)
    assert narrow.may("work.see")
    assert not narrow.may("tickets.answer")
    assert not guest_of(rita, 1).may("work.see")


@pytest.mark.django_db
def test_a_role_that_was_edited_is_left_alone_by_the_starter() -> None:
    assert Role.objects.get(key="admin").permissions == ["*"]
    assert "people.merge" not in Role.objects.get(key="agent").permissions
