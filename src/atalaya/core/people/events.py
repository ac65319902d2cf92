"""What happens to people, organisations and teams."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from atalaya.core.journal.events import Fact


@dataclass(frozen=True)
class PersonAdded(Fact, name="people.person_added"):
    """Somebody is known to the desk."""

    sentence = _("added the person")

    person_id: int
    origin: str = ""


@dataclass(frozen=True)
class PersonChanged(Fact, name="people.person_changed"):
    """Fields of a person changed; values are not kept, for privacy."""

    sentence = _("changed the person")

    person_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeopleMerged(Fact, name="people.merged"):
    """One person was merged into another."""

    sentence = _("merged two people")

    person_id: int
    into_id: int


@dataclass(frozen=True)
class OrganisationChanged(Fact, name="people.organisation_changed"):
    """An organisation was added or changed."""

    sentence = _("changed the organisation")

    organisation_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class SiteChanged(Fact, name="people.site_changed"):
    """A place where people work was added or changed."""

    sentence = _("changed the site")

    site_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class TeamChanged(Fact, name="people.team_changed"):
    """A team was added or changed."""

    sentence = _("changed the team")

    team_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class MembershipChanged(Fact, name="people.membership_changed"):
    """Somebody joined or left a team."""

    sentence = _("changed who is in the team")

    team_id: int
    person_id: int
    member: bool


@dataclass(frozen=True)
class RoleGranted(Fact, name="people.role_granted"):
    """A role was given to a person or taken away."""

    sentence = _("changed a role")

    person_id: int
    role: str
    granted: bool
    team_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class AddressBounced(Fact, name="people.address_bounced"):
    """Mail to an address of a person came back for good."""

    sentence = _("an address does not accept mail")

    person_id: int
    address_id: int


@dataclass(frozen=True)
class RoleChanged(Fact, name="people.role_changed"):
    """What a role allows was changed, or the role was added or removed."""

    sentence = _("changed what the role %(role)s allows")

    role: str
    added: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    removed: bool = False
