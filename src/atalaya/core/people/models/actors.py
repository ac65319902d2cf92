"""Whoever acts: a person, an API key, a guest, a rule, an integration, a timer, the system.

One type with ``may`` and ``must``. A person's rights are read once, when the actor is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from atalaya.core.people.models.persons import Person
from atalaya.kernel.errors import NotAllowed


@dataclass(frozen=True)
class Scope:
    """Where a row lives, for judging rights on it."""

    team_id: int | None = None
    organisation_id: int | None = None
    confidential: bool = False
    insiders: frozenset[int] = frozenset()  # persons who take part, whatever their role


class Scoped(Protocol):
    """A row that knows its scope."""

    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class Reach:
    """The permissions of one grant and where they hold (None: everywhere)."""

    permissions: frozenset[str]
    team_id: int | None = None
    organisation_id: int | None = None

    def allows(self, permission: str) -> bool:
        """Whether the grant includes ``permission``."""
        return permission in self.permissions or "*" in self.permissions

    def holds_in(self, scope: Scope) -> bool:
        """Whether the grant reaches a row; a row without a team is open to every team."""
        if self.team_id is not None and scope.team_id not in (None, self.team_id):
            return False
        return self.organisation_id is None or scope.organisation_id == self.organisation_id


@dataclass(frozen=True)
class Actor:
    """Who acts, and what he may do. ``only`` narrows a key to the permissions it was given."""

    kind: str
    id: int | None = None
    person: Person | None = None
    reaches: tuple[Reach, ...] = ()
    team_ids: frozenset[int] = frozenset()
    acting_for_id: int | None = None
    only: frozenset[str] | None = None
    item_ids: frozenset[int] = field(default=frozenset())  # what a guest's signed link opens
    almighty: bool = False

    def may(self, permission: str, on: Any = None) -> bool:
        """Whether ``permission`` is held; for a row, whether it is held there.

        A confidential row is open to its team and the people who take part only, whatever the role.
        """
        if self.only is not None and permission not in self.only and "*" not in self.only:
            return False
        if self.almighty:
            return True
        reaches = [reach for reach in self.reaches if reach.allows(permission)]
        if on is None or not reaches:
            return bool(reaches)
        scope: Scope = on.scope()
        if scope.confidential and not self._is_inside(scope):
            return False
        return any(reach.holds_in(scope) for reach in reaches)

    def must(self, permission: str, on: Any = None) -> None:
        """Raise NotAllowed unless ``may``."""
        if not self.may(permission, on):
            raise NotAllowed(permission=permission)

    def _is_inside(self, scope: Scope) -> bool:
        if scope.team_id is not None and scope.team_id in self.team_ids:
            return True
        return self.person is not None and self.person.pk in scope.insiders

    @property
    def person_id(self) -> int | None:
        """The person behind the actor, if there is one."""
        return self.person.pk if self.person else None

    @property
    def is_agent(self) -> bool:
        """Whether he works tickets, rather than only asking for things."""
        return self.almighty or any(reach.allows("work.see") for reach in self.reaches)

    def teams_allowing(self, permission: str) -> tuple[bool, frozenset[int], frozenset[int]]:
        """Where ``permission`` holds: (everywhere?, team ids, organisation ids)."""
        if self.only is not None and permission not in self.only and "*" not in self.only:
            return False, frozenset(), frozenset()
        reaches = [reach for reach in self.reaches if reach.allows(permission)]
        everywhere = self.almighty or any(
            reach.team_id is None and reach.organisation_id is None for reach in reaches
        )
        teams = frozenset(r.team_id for r in reaches if r.team_id is not None)
        organisations = frozenset(
            r.organisation_id
            for r in reaches
            if r.team_id is None and r.organisation_id is not None
        )
        return everywhere, teams, organisations


SYSTEM = Actor(kind="system", almighty=True)
TIMER = Actor(kind="timer", almighty=True)
NOBODY = Actor(kind="nobody")
