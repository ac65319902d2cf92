"""Operations on people: reading, adding, changing, merging; organisations and teams."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from atalaya.core.people import actions
from atalaya.core.people.models import Actor, Organisation, Person, Site, Team
from atalaya.ui.api import (
    Id,
    In,
    Line,
    Out,
    PageQuery,
    Ref,
    actor_of,
    chosen,
    found,
    needed,
    part_of,
)
from atalaya.ui.pages import Key

router = Router()
BY_ID = [Key("id")]
Addresses = Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=20)]
Phones = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=20)]
Short = Annotated[str, Field(max_length=120)]


class PersonOut(Out):
    """Somebody the desk knows. The first address is the one he is written to."""

    id: int
    name: str
    addresses: list[str]
    phones: list[str]
    language: str
    zone: str
    title: str
    department: str
    organisation: Ref | None
    site: Ref | None
    manager: Ref | None
    is_vip: bool
    is_active: bool
    external_id: str
    note: str
    merged_into_id: int | None
    created_at: dt.datetime
    updated_at: dt.datetime


class PersonList(Out):
    """A part of the people."""

    items: list[PersonOut]
    next: str | None


class PersonFilter(PageQuery):
    """Which people."""

    q: Annotated[str, Field(max_length=200, description="Part of a name or an address.")] = ""
    organisation_id: Id | None = None
    external_id: Line | None = None
    is_active: bool | None = None


class PersonIn(In):
    """What may be said of a person; what is left out stays as it is."""

    name: Annotated[str | None, Field(max_length=200)] = None
    addresses: Addresses | None = None
    phones: Phones | None = None
    language: Person.Language | None = None
    zone: Annotated[str | None, Field(max_length=64)] = None
    title: Short | None = None
    department: Short | None = None
    organisation_id: Id | None = None
    site_id: Id | None = None
    manager_id: Id | None = None
    is_vip: bool | None = None
    is_active: bool | None = None
    external_id: Annotated[str | None, Field(max_length=200)] = None
    note: Annotated[str | None, Field(max_length=5000)] = None


class MergePeopleIn(In):
    """The person that stays."""

    into_id: Id


class OrganisationOut(Out):
    """A company or a part of one."""

    id: int
    name: str
    parent_id: int | None
    domains: list[str]
    note: str
    is_active: bool
    external_id: str
    created_at: dt.datetime


class OrganisationList(Out):
    """A part of the organisations."""

    items: list[OrganisationOut]
    next: str | None


class OrganisationIn(In):
    """What may be said of an organisation; what is left out stays as it is."""

    name: Annotated[str | None, Field(max_length=200)] = None
    parent_id: Id | None = None
    domains: Annotated[list[Line], Field(max_length=100)] | None = None
    note: Annotated[str | None, Field(max_length=5000)] = None
    is_active: bool | None = None
    external_id: Annotated[str | None, Field(max_length=200)] = None


class TeamOut(Out):
    """A group that owns tickets."""

    id: int
    name: str
    tier: int
    description: str
    lead: Ref | None
    members: list[Ref]
    is_active: bool


class TeamList(Out):
    """A part of the teams."""

    items: list[TeamOut]
    next: str | None


class MeOut(Out):
    """Who a key or a session is, and what it may do everywhere or somewhere."""

    person: PersonOut
    permissions: list[str]
    team_ids: list[int]
    is_agent: bool


def ref(row: Any) -> Ref | None:
    """A row as a reference, or None."""
    return Ref(id=row.pk, name=str(row)) if row is not None else None


def person_out(person: Person, *, viewer: Actor) -> PersonOut:
    """A person as programs see him; the desk's note on him is not for himself."""
    addresses = sorted(person.addresses.all(), key=lambda one: (not one.is_primary, one.pk))
    return PersonOut(
        id=person.pk,
        name=person.name,
        addresses=[one.value for one in addresses],
        phones=[one.value for one in person.phones.all()],
        language=person.language,
        zone=person.zone,
        title=person.title,
        department=person.department,
        organisation=ref(person.organisation),
        site=ref(person.site),
        manager=ref(person.manager),
        is_vip=person.is_vip,
        is_active=person.is_active,
        external_id=person.external_id,
        note=person.note if viewer.may("people.see") else "",
        merged_into_id=person.merged_into_id,
        created_at=person.created_at,
        updated_at=person.updated_at,
    )


def people_seen_by(viewer: Actor) -> QuerySet[Person]:
    """People with all that is shown of them, in a fixed number of queries."""
    rows = Person.objects.visible_to(viewer).select_related("organisation", "site", "manager")
    return rows.prefetch_related("addresses", "phones")


@router.get("me", response=MeOut, operation_id="me_read", summary="Who am I")
def me_read(request: HttpRequest) -> MeOut:
    """The person behind the key or the session, with the permissions that count for it."""
    actor: Actor = actor_of(request)
    assert actor.person is not None
    held = {name for reach in actor.reaches for name in reach.permissions}
    if actor.only is not None and "*" not in actor.only:
        held = set(actor.only) if "*" in held else held & actor.only
    return MeOut(
        person=person_out(actor.person, viewer=actor),
        permissions=sorted(held),
        team_ids=sorted(actor.team_ids),
        is_agent=actor.is_agent,
    )


@router.get("people", response=PersonList, operation_id="people_list", summary="List people")
def people_list(request: HttpRequest, wanted: Query[PersonFilter]) -> PersonList:
    """People by id, so that a copy elsewhere can be kept in step."""
    viewer: Actor = actor_of(request)
    rows = people_seen_by(viewer)
    if wanted.q.strip():
        words = wanted.q.strip()
        by_address = Q(
            pk__in=Person.objects.visible_to(viewer)
            .filter(addresses__value__icontains=words)
            .values("pk")
        )
        rows = rows.filter(Q(name__icontains=words) | by_address)
    for name in ("organisation_id", "external_id", "is_active"):
        value = getattr(wanted, name)
        if value is not None:
            rows = rows.filter(**{name: value})
    part = part_of(rows, BY_ID, wanted)
    return PersonList(items=[person_out(one, viewer=viewer) for one in part.rows], next=part.next)


@router.post("people", response={201: PersonOut}, operation_id="people_add", summary="Add a person")
def people_add(request: HttpRequest, what: PersonIn) -> PersonOut:
    """Without an organisation he gets that of his mail domain."""
    by: Actor = actor_of(request)
    fields = _fields(what, by)
    made = actions.add_person(
        fields.pop("name", ""),
        by=by,
        addresses=fields.pop("addresses", ()),
        phones=fields.pop("phones", ()),
        origin="api",
        **fields,
    )
    return _again(made.pk, by)


@router.get(
    "people/{person_id}", response=PersonOut, operation_id="people_read", summary="Read a person"
)
def people_read(request: HttpRequest, person_id: Path[Id]) -> PersonOut:
    """One person; one that was merged names the one he was merged into."""
    viewer: Actor = actor_of(request)
    return person_out(found(people_seen_by(viewer), pk=person_id), viewer=viewer)


@router.patch(
    "people/{person_id}",
    response=PersonOut,
    operation_id="people_change",
    summary="Change a person",
)
def people_change(request: HttpRequest, person_id: Path[Id], what: PersonIn) -> PersonOut:
    """Fields that are left out stay; a list that is given replaces the old one."""
    by: Actor = actor_of(request)
    person = found(Person.objects.visible_to(by), pk=person_id)
    actions.change_person(person, by=by, **_fields(what, by))
    return _again(person.pk, by)


@router.post(
    "people/{person_id}/merge",
    response=PersonOut,
    operation_id="people_merge",
    summary="Merge a person into another",
)
def people_merge(request: HttpRequest, person_id: Path[Id], what: MergePeopleIn) -> PersonOut:
    """Addresses, phones, teams and work of the first go to the other."""
    by: Actor = actor_of(request)
    by.must("people.merge")  # before anything is said of who is there
    people = Person.objects.visible_to(by)
    person, into = found(people, pk=person_id), needed(people, what.into_id, at="into_id")
    actions.merge_people(person, into=into, by=by)
    return _again(into.pk, by)


def _again(pk: int, viewer: Actor) -> PersonOut:
    return person_out(found(people_seen_by(viewer), pk=pk), viewer=viewer)


def _fields(what: PersonIn, by: Actor) -> dict[str, Any]:
    """What was given, with rows for their ids. An explicit null clears a reference."""
    given = what.model_dump(exclude_unset=True)
    rows: dict[str, QuerySet[Any]] = {
        "organisation": Organisation.objects.visible_to(by),
        "site": Site.objects.visible_to(by),
        "manager": Person.objects.visible_to(by),
    }
    fields = {
        name: value
        for name, value in given.items()
        if not name.endswith("_id") or name == "external_id"
        if value is not None
    }
    for name, choices in rows.items():
        key = f"{name}_id"
        if key in given:
            fields[name] = chosen(choices, given[key], at=key)
    return fields


@router.get(
    "organisations",
    response=OrganisationList,
    operation_id="organisations_list",
    summary="List organisations",
)
def organisations_list(request: HttpRequest, wanted: Query[PageQuery]) -> OrganisationList:
    """Organisations by id; each names its parent."""
    part = part_of(Organisation.objects.visible_to(actor_of(request)), BY_ID, wanted)
    return OrganisationList(items=[organisation_out(one) for one in part.rows], next=part.next)


@router.post(
    "organisations",
    response={201: OrganisationOut},
    operation_id="organisations_add",
    summary="Add an organisation",
)
def organisations_add(request: HttpRequest, what: OrganisationIn) -> OrganisationOut:
    """People whose mail domain is listed belong to it from then on."""
    by: Actor = actor_of(request)
    return organisation_out(actions.save_organisation(by=by, **_of_organisation(what, by)))


@router.get(
    "organisations/{organisation_id}",
    response=OrganisationOut,
    operation_id="organisations_read",
    summary="Read an organisation",
)
def organisations_read(request: HttpRequest, organisation_id: Path[Id]) -> OrganisationOut:
    """One organisation."""
    rows = Organisation.objects.visible_to(actor_of(request))
    return organisation_out(found(rows, pk=organisation_id))


@router.patch(
    "organisations/{organisation_id}",
    response=OrganisationOut,
    operation_id="organisations_change",
    summary="Change an organisation",
)
def organisations_change(
    request: HttpRequest, organisation_id: Path[Id], what: OrganisationIn
) -> OrganisationOut:
    """Fields that are left out stay."""
    by: Actor = actor_of(request)
    row = found(Organisation.objects.visible_to(by), pk=organisation_id)
    return organisation_out(actions.save_organisation(row, by=by, **_of_organisation(what, by)))


def organisation_out(row: Organisation) -> OrganisationOut:
    """An organisation as programs see it."""
    return OrganisationOut(
        id=row.pk,
        name=row.name,
        parent_id=row.parent_id,
        domains=row.domains,
        note=row.note,
        is_active=row.is_active,
        external_id=row.external_id,
        created_at=row.created_at,
    )


def _of_organisation(what: OrganisationIn, by: Actor) -> dict[str, Any]:
    given = what.model_dump(exclude_unset=True)
    fields = {k: v for k, v in given.items() if k != "parent_id" and v is not None}
    if "parent_id" in given:
        rows = Organisation.objects.visible_to(by)
        fields["parent"] = chosen(rows, given["parent_id"], at="parent_id")
    return fields


@router.get("teams", response=TeamList, operation_id="teams_list", summary="List teams")
def teams_list(request: HttpRequest, wanted: Query[PageQuery]) -> TeamList:
    """Teams with their members."""
    rows = Team.objects.visible_to(actor_of(request)).select_related("lead")
    part = part_of(rows.prefetch_related("members"), BY_ID, wanted)
    return TeamList(items=[team_out(one) for one in part.rows], next=part.next)


@router.get("teams/{team_id}", response=TeamOut, operation_id="teams_read", summary="Read a team")
def teams_read(request: HttpRequest, team_id: Path[Id]) -> TeamOut:
    """One team with its members."""
    return team_out(found(Team.objects.visible_to(actor_of(request)), pk=team_id))


def team_out(team: Team) -> TeamOut:
    """A team as programs see it."""
    return TeamOut(
        id=team.pk,
        name=team.name,
        tier=team.tier,
        description=team.description,
        lead=ref(team.lead),
        members=[Ref(id=one.pk, name=one.name) for one in team.members.all()],
        is_active=team.is_active,
    )
