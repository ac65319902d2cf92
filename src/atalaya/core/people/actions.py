"""Adding, changing and merging people, teams and roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.actions import action, append, locked
from atalaya.core.people import queries
from atalaya.core.people.errors import (
    AddressTaken,
    CannotMerge,
    CircularManager,
    LastAdministrator,
    NameMissing,
    NameTaken,
    RoleInUse,
    RoleIsFixed,
)
from atalaya.core.people.events import (
    AddressBounced,
    MembershipChanged,
    OrganisationChanged,
    PeopleMerged,
    PersonAdded,
    PersonChanged,
    RoleChanged,
    RoleGranted,
    SiteChanged,
    TeamChanged,
)
from atalaya.core.people.importing import LONGEST_ADDRESS, Line
from atalaya.core.people.models import (
    Actor,
    Address,
    Grant,
    Membership,
    Organisation,
    Person,
    Phone,
    Role,
    Site,
    Team,
)
from atalaya.kernel import clock
from atalaya.kernel.errors import InvalidInput
from atalaya.kernel.plugs import PERMISSIONS
from atalaya.kernel.text import one_line

PERSON_FIELDS = frozenset(
    [
        "name",
        "language",
        "zone",
        "title",
        "department",
        "organisation",
        "site",
        "manager",
        "is_vip",
        "is_active",
        "external_id",
        "note",
    ]
)
ORGANISATION_FIELDS = frozenset(["name", "parent", "domains", "note", "is_active", "external_id"])
SITE_FIELDS = frozenset(["name", "zone", "address", "is_active"])
TEAM_FIELDS = frozenset(
    ["name", "tier", "description", "lead", "calendar", "sender_name", "signature", "is_active"]
)


@action("people.add_person")
def add_person(
    name: str,
    *,
    by: Actor,
    addresses: Sequence[str] = (),
    phones: Sequence[str] = (),
    origin: str = "",
    **fields: Any,
) -> Person:
    """Make a person known, with his addresses (the first is the one to write to).

    Without an organisation he gets that of his mail domain.
    Raises NotAllowed, NameMissing, AddressTaken, InvalidInput.
    """
    by.must("people.edit")
    clean = one_line(name, 200)
    if not clean:
        raise NameMissing
    _known(fields, PERSON_FIELDS)
    if fields.get("organisation") is None and addresses:
        fields["organisation"] = queries.organisation_of_domain(addresses[0])
    person = Person.objects.create(name=clean, **fields)
    _set_addresses(person, addresses)
    _set_phones(person, phones)
    append(PersonAdded(person.pk, origin), by=by, about=person)
    return person


@action("people.change_person")
def change_person(
    person: Person,
    *,
    by: Actor,
    addresses: Sequence[str] | None = None,
    phones: Sequence[str] | None = None,
    **fields: Any,
) -> Person:
    """Change fields, addresses or phones of a person; what is the same already is left alone.

    A mail address lets its owner sign in, so those of somebody else who holds a role are changed,
    and he is switched off, only by who may give roles.
    Raises NotAllowed, NameMissing, AddressTaken, CircularManager, InvalidInput.
    """
    person = locked(person)
    reachable_by = addresses is not None or phones is not None
    if by.person_id != person.pk or reachable_by or set(fields) - {"language", "zone"}:
        by.must("people.edit")
    _known(fields, PERSON_FIELDS)
    if "name" in fields:
        fields["name"] = one_line(fields["name"], 200)
        if not fields["name"]:
            raise NameMissing
    if fields.get("manager") is not None:
        _check_manager(person, fields["manager"])
    changed = _assign(person, fields)
    if addresses is not None and _set_addresses(person, addresses):
        changed.append("addresses")
    if phones is not None and _set_phones(person, phones):
        changed.append("phones")
    if {"addresses", "is_active"} & set(changed) and by.person_id != person.pk:
        _guard_roles(person, by=by)
    if changed:
        person.updated_at = clock.now()
        person.save(update_fields=["updated_at"])
        append(PersonChanged(person.pk, tuple(changed)), by=by, about=person)
    return person


def _guard_roles(*people: Person, by: Actor) -> None:
    """Raise NotAllowed for who may not give roles when one of ``people`` holds some."""
    if any(person.grants.exists() or person.memberships.exists() for person in people):
        by.must("people.grant")


def _check_manager(person: Person, manager: Person) -> None:
    step: Person | None = manager
    seen: set[int] = set()
    while step is not None and step.pk not in seen:
        if step.pk == person.pk:
            raise CircularManager
        seen.add(step.pk)
        step = step.manager


def _known(fields: dict[str, Any], allowed: frozenset[str]) -> None:
    wrong = set(fields) - allowed
    if wrong:
        raise TypeError(f"no such fields: {sorted(wrong)}")


def _assign(row: Any, fields: dict[str, Any]) -> list[str]:
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        row.save(update_fields=changed)
    return changed


def _set_addresses(person: Person, values: Iterable[str]) -> bool:
    wanted: list[str] = []
    for value in values:
        address = value.strip().lower()
        if not address or address in wanted:
            continue
        try:
            validate_email(address)
            MaxLengthValidator(LONGEST_ADDRESS)(address)
        except ValidationError:
            raise InvalidInput(
                _("%(address)s is not a mail address.") % {"address": address}, at="address"
            ) from None
        wanted.append(address)
    taken = (
        Address.objects.filter(value__in=wanted).exclude(person=person).select_related("person")
    ).first()
    if taken is not None:
        raise AddressTaken(address=taken.value, name=taken.person.name)
    before = list(person.addresses.order_by("-is_primary", "pk").values_list("value", flat=True))
    if before == wanted:
        return False
    person.addresses.exclude(value__in=wanted).delete()
    person.addresses.update(is_primary=False)
    for index, value in enumerate(wanted):
        if not person.addresses.filter(value=value).update(is_primary=index == 0):
            _add_address(person, value, is_primary=index == 0)
    return True


def _add_address(person: Person, value: str, *, is_primary: bool) -> None:
    """The index decides who gets an address two people are given at once: it never moves."""
    try:
        with transaction.atomic():
            Address.objects.create(person=person, value=value, is_primary=is_primary)
    except IntegrityError:
        other = queries.person_with_address(value)
        raise AddressTaken(address=value, name=other.name if other else value) from None


def _set_phones(person: Person, values: Iterable[str]) -> bool:
    wanted = [one_line(value, 40) for value in values if value.strip()]
    if list(person.phones.order_by("pk").values_list("value", flat=True)) == wanted:
        return False
    person.phones.all().delete()
    Phone.objects.bulk_create(
        Phone(person=person, value=value, digits="".join(c for c in value if c.isdigit()))
        for value in wanted
    )
    return True


@action("people.merge")
def merge_people(person: Person, *, into: Person, by: Actor) -> Person:
    """Merge two entries of the same human: addresses, phones, grants and memberships move.

    Somebody who holds a role is merged, or gets an entry's addresses, only by who may give roles:
    whoever reads the mail of an address can sign in as its owner. Work stays with the row it
    names and is found through ``merged_into`` (the work package moves open work by its own
    reaction). Raises NotAllowed, CannotMerge.
    """
    first, second = sorted((person, into), key=lambda one: one.pk)
    locked(first), locked(second)
    by.must("people.merge")
    person.refresh_from_db()
    into.refresh_from_db()
    if person.pk == into.pk or into.merged_into_id or not into.is_active:
        raise CannotMerge
    if person.merged_into_id == into.pk:
        return into
    if person.merged_into_id:
        raise CannotMerge
    _guard_roles(person, into, by=by)
    person.addresses.update(person=into, is_primary=False)
    if not into.addresses.filter(is_primary=True).exists():
        first_address = into.addresses.order_by("pk").first()
        if first_address is not None:
            first_address.is_primary = True
            first_address.save(update_fields=["is_primary"])
    person.phones.update(person=into)
    _move_roles(person, into, by=by)
    person.merged_into, person.is_active = into, False
    person.save(update_fields=["merged_into", "is_active"])
    append(PeopleMerged(person.pk, into.pk), by=by, about=into)
    return into


def _move_roles(person: Person, into: Person, *, by: Actor) -> None:
    for membership in person.memberships.select_related("team"):
        Membership.objects.get_or_create(
            person=into, team=membership.team, defaults={"is_lead": membership.is_lead}
        )
    for grant in person.grants.select_related("role", "team", "organisation"):
        grant_role(into, grant.role, by=by, team=grant.team, organisation=grant.organisation)
    person.memberships.all().delete()
    person.grants.all().delete()


@action("people.save_organisation")
def save_organisation(
    organisation: Organisation | None = None, *, by: Actor, **fields: Any
) -> Organisation:
    """Add an organisation or change one. Raises NotAllowed, NameMissing, NameTaken."""
    by.must("people.edit")
    _known(fields, ORGANISATION_FIELDS)
    if "name" in fields:
        fields["name"] = one_line(fields["name"], 200)
    if not fields.get("name", "x") or (organisation is None and "name" not in fields):
        raise NameMissing
    others = Organisation.objects.exclude(pk=organisation.pk if organisation else 0)
    if "name" in fields and others.filter(name__iexact=fields["name"]).exists():
        raise NameTaken(name=fields["name"])
    if "domains" in fields:
        fields["domains"] = sorted({d.strip().lower().lstrip("@") for d in fields["domains"] if d})
    if organisation is None:
        organisation = Organisation.objects.create(**fields)
        changed = sorted(fields)
    else:
        organisation = locked(organisation)
        changed = _assign(organisation, fields)
    if changed:
        append(OrganisationChanged(organisation.pk, tuple(changed)), by=by, about=organisation)
    return organisation


@action("people.save_site")
def save_site(site: Site | None = None, *, by: Actor, **fields: Any) -> Site:
    """Add a place where people work, or change one. Raises NotAllowed, NameMissing, NameTaken."""
    by.must("people.edit")
    _known(fields, SITE_FIELDS)
    if "name" in fields:
        fields["name"] = one_line(fields["name"], 120)
    if not fields.get("name", "x") or (site is None and "name" not in fields):
        raise NameMissing
    others = Site.objects.exclude(pk=site.pk if site else 0)
    if "name" in fields and others.filter(name__iexact=fields["name"]).exists():
        raise NameTaken(name=fields["name"])
    if site is None:
        site = Site.objects.create(**fields)
        changed = sorted(fields)
    else:
        site = locked(site)
        changed = _assign(site, fields)
    if changed:
        append(SiteChanged(site.pk, tuple(changed)), by=by, about=site)
    return site


@action("people.save_team")
def save_team(team: Team | None = None, *, by: Actor, **fields: Any) -> Team:
    """Add a team or change one. Raises NotAllowed, NameMissing, NameTaken."""
    by.must("people.teams")
    _known(fields, TEAM_FIELDS)
    if "name" in fields:
        fields["name"] = one_line(fields["name"], 120)
    if not fields.get("name", "x") or (team is None and "name" not in fields):
        raise NameMissing
    others = Team.objects.exclude(pk=team.pk if team else 0)
    if "name" in fields and others.filter(name__iexact=fields["name"]).exists():
        raise NameTaken(name=fields["name"])
    if team is None:
        team = Team.objects.create(**fields)
        changed = sorted(fields)
    else:
        team = locked(team)
        changed = _assign(team, fields)
    if changed:
        append(TeamChanged(team.pk, tuple(changed)), by=by, about=team)
    return team


@action("people.join_team")
def join_team(team: Team, person: Person, *, by: Actor, lead: bool = False) -> Membership:
    """Put a person into a team, with the agent's (or lead's) role in it. Raises NotAllowed."""
    by.must("people.teams")
    membership, made = Membership.objects.get_or_create(person=person, team=team)
    if membership.is_lead != lead:
        membership.is_lead = lead
        membership.save(update_fields=["is_lead"])
        made = True
    role = Role.objects.get(key="lead" if lead else "agent")
    other = Role.objects.get(key="agent" if lead else "lead")
    Grant.objects.filter(person=person, role=other, team=team).delete()
    Grant.objects.get_or_create(person=person, role=role, team=team, organisation=None)
    if lead and team.lead_id is None:
        team.lead = person
        team.save(update_fields=["lead"])
    if made:
        append(MembershipChanged(team.pk, person.pk, member=True), by=by, about=team)
    return membership


@action("people.leave_team")
def leave_team(team: Team, person: Person, *, by: Actor) -> None:
    """Take a person out of a team, with the roles he held in it. Raises NotAllowed."""
    by.must("people.teams")
    gone, _rows = Membership.objects.filter(person=person, team=team).delete()
    Grant.objects.filter(person=person, team=team).delete()
    if team.lead_id == person.pk:
        team.lead = None
        team.save(update_fields=["lead"])
    if gone:
        append(MembershipChanged(team.pk, person.pk, member=False), by=by, about=team)


@action("people.grant_role")
def grant_role(
    person: Person,
    role: Role,
    *,
    by: Actor,
    team: Team | None = None,
    organisation: Organisation | None = None,
) -> Grant:
    """Give a role, everywhere or in one team or organisation. Raises NotAllowed."""
    by.must("people.grant")
    grant, made = Grant.objects.get_or_create(
        person=person, role=role, team=team, organisation=organisation
    )
    if made:
        append(
            RoleGranted(
                person.pk,
                role.key,
                granted=True,
                team_id=grant.team_id,
                organisation_id=grant.organisation_id,
            ),
            by=by,
            about=person,
        )
    return grant


@action("people.revoke_role")
def revoke_role(grant: Grant, *, by: Actor) -> None:
    """Take a role away. Raises NotAllowed, LastAdministrator."""
    by.must("people.grant")
    person, role = grant.person, grant.role
    told = RoleGranted(
        person.pk,
        role.key,
        granted=False,
        team_id=grant.team_id,
        organisation_id=grant.organisation_id,
    )
    grant.delete()
    if "*" in role.permissions and not queries.administrators().exists():
        raise LastAdministrator
    append(told, by=by, about=person)


@action("people.mark_bounced")
def mark_bounced(address: Address, *, by: Actor) -> None:
    """Note that mail to an address came back for good."""
    address = locked(address)
    if address.bounced_at is not None:
        return
    address.bounced_at = clock.now()
    address.save(update_fields=["bounced_at"])
    append(AddressBounced(address.person_id, address.pk), by=by, about=address.person)


@action("people.import")
def import_people(lines: Iterable[Line], *, by: Actor) -> dict[str, int]:
    """Add the people of a table, and change those whose address is known. All or none.

    Lines with a problem are left out. What a line does not say stays as it is; organisations
    that are not there yet are added. Managers are named by their address.
    Returns how many were ``added``, ``changed``, ``same`` and ``skipped``. Raises NotAllowed.
    """
    by.must("people.import")
    counts = {"added": 0, "changed": 0, "same": 0, "skipped": 0}
    managers: list[tuple[Person, str]] = []
    for line in lines:
        if line.problem:
            counts["skipped"] += 1
            continue
        person, outcome = _import_line(line, by=by)
        counts[outcome] += 1
        if line.manager:
            managers.append((person, line.manager))
    for person, address in managers:
        manager = queries.person_with_address(address)
        if manager is not None and manager.pk not in {person.pk, person.manager_id}:
            change_person(person, by=by, manager=manager)
    return counts


def _import_line(line: Line, *, by: Actor) -> tuple[Person, str]:
    fields: dict[str, Any] = dict(line.fields)
    if line.organisation:
        found = Organisation.objects.filter(name__iexact=line.organisation).first()
        fields["organisation"] = found or save_organisation(by=by, name=line.organisation)
    known = queries.person_of_line(line.addresses, str(line.fields.get("external_id", "")))
    if known is None:
        person = add_person(
            line.name,
            by=by,
            addresses=line.addresses,
            phones=line.phones,
            origin="import",
            **fields,
        )
        return person, "added"
    before = known.updated_at
    addresses = [one.value for one in known.addresses.order_by("-is_primary", "pk")]
    phones = [one.value for one in known.phones.order_by("pk")]
    person = change_person(
        known,
        by=by,
        name=line.name,
        addresses=[*addresses, *(a for a in line.addresses if a not in addresses)],
        phones=[*phones, *(p for p in line.phones if p not in phones)],
        **fields,
    )
    return person, "same" if person.updated_at == before else "changed"


@action("people.save_role")
def save_role(
    role: Role | None = None,
    *,
    by: Actor,
    names: Mapping[str, str] | None = None,
    permissions: Iterable[str] | None = None,
) -> Role:
    """Add a role or change what one allows; it counts from the next request of who holds it.

    Nobody gives away what he may not do himself. Raises NotAllowed, NameMissing, RoleIsFixed,
    InvalidInput for a permission nobody declared.
    """
    by.must("people.grant")
    new = role is None
    role = Role(key=_role_key(names or {})) if role is None else locked(role)
    before = set(role.permissions)
    if "*" in before:
        raise RoleIsFixed
    wanted = before if permissions is None else set(permissions)
    declared = {plugged.key for plugged in PERMISSIONS.everything()}
    for name in sorted(wanted - before):
        if name not in declared:
            raise InvalidInput(_("There is no permission %(name)s.") % {"name": name})
        by.must(name)
    if names is not None:
        role.names = dict(names)
    if not any(role.names.values()):
        raise NameMissing(at="names")
    if new or wanted != before or names is not None:
        role.permissions, role.edited_at = sorted(wanted), clock.now()
        role.save()
        added, taken = sorted(wanted - before), sorted(before - wanted)
        append(RoleChanged(role.key, tuple(added), tuple(taken)), by=by)
    return role


def _role_key(names: Mapping[str, str]) -> str:
    words = names.get("en") or next(iter(names.values()), "")
    stem = slugify(words)[:30] or "role"
    taken = set(Role.objects.filter(key__startswith=stem).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if key not in taken)


@action("people.remove_role")
def remove_role(role: Role, *, by: Actor) -> None:
    """Delete a role of the organisation's own that nobody holds. Raises NotAllowed, RoleInUse."""
    by.must("people.grant")
    role = locked(role)
    if role.is_builtin or role.grants.exists():
        raise RoleInUse(role=str(role))
    key = role.key
    role.delete()
    append(RoleChanged(key, removed=True), by=by)
