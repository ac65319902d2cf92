"""People: persons, organisations, teams, roles, and actors."""

from __future__ import annotations

from atalaya.core.people.models.actors import NOBODY, SYSTEM, TIMER, Actor, Reach, Scope
from atalaya.core.people.models.persons import (
    Absence,
    Address,
    Organisation,
    Person,
    PersonQuerySet,
    Phone,
    Site,
)
from atalaya.core.people.models.teams import Grant, Membership, Role, Team

__all__ = [
    "NOBODY",
    "SYSTEM",
    "TIMER",
    "Absence",
    "Actor",
    "Address",
    "Grant",
    "Membership",
    "Organisation",
    "Person",
    "PersonQuerySet",
    "Phone",
    "Reach",
    "Role",
    "Scope",
    "Site",
    "Team",
]
