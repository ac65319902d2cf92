"""Who reacts to which fact: ``@on`` now, ``@later`` soon."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from atalaya.core.journal.events import Fact
from atalaya.core.journal.models import Entry

F = TypeVar("F", bound=Fact)
NowFunction = TypeVar("NowFunction", bound=Callable[..., Any])
LaterFunction = TypeVar("LaterFunction", bound=Callable[..., Any])


@dataclass(frozen=True)
class Happened(Generic[F]):
    """A fact as reactions see it: the fact itself and the circumstances."""

    fact: F
    entry_id: int
    actor_kind: str
    actor_id: int | None
    about_kind: str
    about_id: int | None
    at: dt.datetime
    cause_id: int | None
    depth: int

    @classmethod
    def of(cls, entry: Entry, fact: F) -> Happened[F]:
        """What happened, read from its entry."""
        return cls(
            fact,
            entry.pk,
            entry.actor_kind,
            entry.actor_id,
            entry.about_kind,
            entry.about_id,
            entry.at,
            entry.cause_id,
            entry.depth,
        )


@dataclass(frozen=True)
class Now:
    """A reaction inside the transaction of the fact."""

    name: str
    run: Callable[[Happened[Any]], Any]
    must: bool
    module: str


@dataclass(frozen=True)
class Later:
    """A reaction after commit, given facts in batches, at least once."""

    name: str
    run: Callable[[Sequence[Happened[Any]]], Any]
    module: str


_now: dict[str, list[Now]] = defaultdict(list)
_later: dict[str, list[Later]] = defaultdict(list)
_by_name: dict[str, Now | Later] = {}
EVERY = "*"


def _names(facts: tuple[type[Fact] | str, ...]) -> list[str]:
    return [fact if isinstance(fact, str) else fact.name for fact in facts]


def _remember(name: str, reaction: Now | Later) -> None:
    known = _by_name.get(name)
    if known is not None and known.module != reaction.module:
        raise ValueError(f"two reactions are named {name!r}: {known.module}, {reaction.module}")
    _by_name[name] = reaction


def on(*facts: type[Fact] | str, must: bool = False) -> Callable[[NowFunction], NowFunction]:
    """React at once, in the same transaction: database only, quick.

    It runs in its own savepoint: if it fails, the write stands, the failure is a fact, and it is
    tried again by the worker. With ``must=True`` its failure undoes the write (invariants only).
    From above or beside, name the fact by its string.
    """

    def register(function: NowFunction) -> NowFunction:
        name = f"{function.__module__.removeprefix('atalaya.')}.{function.__name__}"
        reaction = Now(name, function, must, function.__module__)
        _remember(name, reaction)
        for fact in _names(facts):
            _now[fact].append(reaction)
        return function

    return register


def later(*facts: type[Fact] | str, name: str) -> Callable[[LaterFunction], LaterFunction]:
    """React after commit, at least once: the function is given a list of ``Happened``.

    ``name`` is kept in rows and never changes. The function must be idempotent.
    """

    def register(function: LaterFunction) -> LaterFunction:
        reaction = Later(name, function, function.__module__)
        _remember(name, reaction)
        for fact in _names(facts):
            _later[fact].append(reaction)
        return function

    return register


def reactions_now(name: str) -> list[Now]:
    """Reactions that run in the transaction of a fact called ``name``."""
    return [*_now.get(name, ()), *_now.get(EVERY, ())]


def reactions_later(name: str) -> list[Later]:
    """Reactions that run after a fact called ``name`` is committed."""
    return [*_later.get(name, ()), *_later.get(EVERY, ())]


def reaction_named(name: str) -> Now | Later | None:
    """The reaction kept in rows as ``name``."""
    return _by_name.get(name)


def reaction_names() -> list[str]:
    """Names of every reaction, for the names snapshot."""
    return sorted(_by_name)
