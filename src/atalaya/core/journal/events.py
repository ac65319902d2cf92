"""What a fact is: a frozen dataclass of ids and codes with a name that never changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.errors import Words

FORBIDDEN = frozenset({"password", "secret", "token", "key", "body", "text", "html"})
_known: dict[str, type[Fact]] = {}


@dataclasses.dataclass(frozen=True)
class Fact:
    """Something that happened. Subclass as ``class TicketResolved(Fact, name="tickets.resolved")``.

    Fields are ids, codes, numbers, booleans, instants, or lists of these: never words a person
    wrote and never secrets. Fields are only ever added, each with a default. ``sentence`` is how
    the history shows it; it may name the fields (``%(before)s``).
    """

    name: ClassVar[str] = ""
    sentence: ClassVar[Words] = ""
    aliases: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, name: str, aliases: tuple[str, ...] = (), **more: Any) -> None:
        super().__init_subclass__(**more)
        forbidden = FORBIDDEN & set(cls.__annotations__)
        if forbidden:
            raise TypeError(f"{cls.__name__} may not keep {sorted(forbidden)}")
        for known in (name, *aliases):
            if known in _known and _known[known].__qualname__ != cls.__qualname__:
                raise TypeError(f"two facts are named {known!r}")
            _known[known] = cls
        cls.name, cls.aliases = name, aliases

    def facts(self) -> dict[str, Any]:
        """The fields as JSON-ready values; instants in ISO 8601."""
        return {item.name: _plain(getattr(self, item.name)) for item in dataclasses.fields(self)}

    @classmethod
    def read(cls, facts: dict[str, Any]) -> Self:
        """Rebuild the fact from stored values; fields it does not know (any more) are left out."""
        names = {item.name: item.type for item in dataclasses.fields(cls)}
        return cls(**{k: _typed(v, str(names[k])) for k, v in facts.items() if k in names})


def _plain(value: Any) -> Any:
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return value


def _typed(value: Any, kind: str) -> Any:
    if isinstance(value, str) and kind.startswith("dt.datetime"):
        return dt.datetime.fromisoformat(value)
    if isinstance(value, list) and kind.startswith("tuple"):
        return tuple(value)
    return value


def fact_named(name: str) -> type[Fact] | None:
    """The class of facts called ``name``, or None when no installed package knows it."""
    return _known.get(name)


def fact_names() -> list[str]:
    """Names (and aliases) of every fact there is."""
    return sorted(_known)


@dataclasses.dataclass(frozen=True)
class ReactionFailed(Fact, name="journal.reaction_failed"):
    """A reaction did not succeed; the write it reacted to stands, and it is tried again."""

    sentence = _("an automatic follow-up (%(reaction)s) failed and will be tried again")

    entry_id: int
    reaction: str
    error: str


@dataclasses.dataclass(frozen=True)
class JobRetried(Fact, name="journal.job_retried"):
    """A job that had given up was queued again by hand."""

    sentence = _("had the job %(task)s tried again")

    job_id: int
    task: str


@dataclasses.dataclass(frozen=True)
class ReactionRetried(Fact, name="journal.reaction_retried"):
    """A reaction that had been parked was let go again by hand."""

    sentence = _("had %(reaction)s tried again")

    entry_id: int
    reaction: str
