"""What every layer may ask of whoever acts. The people package has the one implementation."""

from __future__ import annotations

from typing import Any, Protocol


class Actor(Protocol):
    """A person, API key, rule, integration, timer or the system itself."""

    @property
    def kind(self) -> str:
        """``person``, ``key``, ``guest``, ``rule``, ``integration``, ``timer`` or ``system``."""

    @property
    def id(self) -> int | None:
        """The person's, key's or rule's id."""

    @property
    def acting_for_id(self) -> int | None:
        """Whom a person acts for, when he acts for somebody."""

    def may(self, permission: str, on: Any = None) -> bool:
        """Whether ``permission`` is held, for the given row if one is given."""

    def must(self, permission: str, on: Any = None) -> None:
        """Raise NotAllowed unless ``may``."""
