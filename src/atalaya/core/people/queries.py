"""Reading people: who an address is, what a person may do, who is in a team."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from atalaya.core.people.models import (
    Actor,
    Address,
    Grant,
    Organisation,
    Person,
    PersonQuerySet,
    Phone,
    Reach,
    Role,
    Site,
    Team,
)
from atalaya.kernel import clock
from atalaya.kernel.text import one_line

MIN_DIGITS = 4  # of a phone number, before it is looked for

__all__ = [
    "Role",
    "actor_for",
    "administrators",
    "members_of",
    "organisation_of_domain",
    "person_with_address",
    "substitute_of",
]


def actor_for(
    person: Person, *, only: frozenset[str] | None = None, key_id: int | None = None
) -> Actor:
    """``person`` as an actor, with his rights read now.

    ``only`` narrows them to the permissions of an API key, whose id is ``key_id``.
    """
    grants = Grant.objects.filter(person=person).select_related("role")
    reaches = tuple(
        Reach(frozenset(grant.role.permissions), grant.team_id, grant.organisation_id)
        for grant in grants
    )
    return Actor(
        kind="person" if key_id is None else "key",
        id=person.pk if key_id is None else key_id,
        person=person,
        reaches=reaches if person.is_active else (),
        team_ids=frozenset(person.memberships.values_list("team_id", flat=True)),
        acting_for_id=None if key_id is None else person.pk,
        only=only,
    )


def guest_of(person: Person, item_id: int) -> Actor:
    """The bearer of a signed link to one of his own items: he sees and answers that one only."""
    return Actor(kind="guest", id=person.pk, person=person, item_ids=frozenset({item_id}))


def person_with_address(value: str) -> Person | None:
    """Who an address belongs to (the one he was merged into), or None."""
    found = (
        Address.objects.filter(value__iexact=value.strip())
        .select_related("person__merged_into")
        .first()
    )
    if found is None:
        return None
    person = found.person
    while person.merged_into is not None:
        person = person.merged_into
    return person


def organisation_of_domain(address: str) -> Organisation | None:
    """The organisation whose mail domains include the address's, the longest match first."""
    domain = address.rpartition("@")[2].lower()
    parts = domain.split(".")
    candidates = [".".join(parts[i:]) for i in range(len(parts) - 1)] or [domain]
    matching = Organisation.objects.filter(domains__overlap=candidates, is_active=True)
    return max(
        matching,
        key=lambda one: max(len(d) for d in one.domains if d in candidates),
        default=None,
    )


def members_of(team: Team) -> QuerySet[Person]:
    """Active people of a team, by name."""
    return Person.objects.present().filter(memberships__team=team).order_by("name")


def administrators() -> QuerySet[Person]:
    """Active people who hold every permission everywhere."""
    return (
        Person.objects.present()
        .filter(
            grants__role__permissions__contains=["*"],
            grants__team__isnull=True,
            grants__organisation__isnull=True,
        )
        .distinct()
    )


def substitute_of(person: Person) -> Person | None:
    """Who takes over for a person who is out of office now, or None."""
    now = clock.now()
    absence = (
        person.absences.filter(Q(starts_at__lte=now) & Q(ends_at__gt=now))
        .select_related("substitute")
        .first()
    )
    return absence.substitute if absence else None


def person_of_line(addresses: Iterable[str], external_id: str = "") -> Person | None:
    """Who a line of an import means: by one of his addresses, else by his external id."""
    for address in addresses:
        found = person_with_address(address)
        if found is not None:
            return found
    if not external_id:
        return None
    return Person.objects.present().filter(external_id=external_id).first()


def people_found(words: str, *, viewer: Actor, everybody: bool = False) -> PersonQuerySet:
    """People the viewer may see with these words in name, address or phone; all without words."""
    people = Person.objects.visible_to(viewer).filter(merged_into__isnull=True)
    if not everybody:
        people = people.filter(is_active=True)
    for word in one_line(words).split()[:6]:
        digits = "".join(sign for sign in word if sign.isdigit())
        found = (
            Q(name__icontains=word)
            | Q(department__icontains=word)
            | Q(pk__in=Address.objects.filter(value__icontains=word).values("person"))
        )
        if len(digits) >= MIN_DIGITS:
            found |= Q(pk__in=Phone.objects.filter(digits__contains=digits).values("person"))
        people = people.filter(found)
    return people


def organisations_found(words: str, *, viewer: Actor) -> QuerySet[Organisation]:
    """Organisations the viewer may see with these words in the name, with their ``size``."""
    found = Organisation.objects.visible_to(viewer)
    for word in one_line(words).split()[:6]:
        found = found.filter(name__icontains=word)
    present = Q(people__is_active=True, people__merged_into__isnull=True)
    return found.annotate(size=Count("people", filter=present))


def teams_with_sizes(*, viewer: Actor) -> list[Team]:
    """Teams by tier and name, with how many people each has (``size``)."""
    teams = Team.objects.visible_to(viewer).select_related("lead")
    return list(teams.annotate(size=Count("memberships")).order_by("-is_active", "tier", "name"))


def sites_in_use() -> list[Site]:
    """Places that may be chosen."""
    return list(Site.objects.filter(is_active=True).order_by("name"))


def roles_there_are() -> list[Role]:
    """Every role, built-in ones first."""
    return list(Role.objects.order_by("-is_builtin", "key"))


def grants_of(person: Person) -> list[Grant]:
    """The roles of a person and where they hold."""
    return list(Grant.objects.filter(person=person).select_related("role", "team", "organisation"))
