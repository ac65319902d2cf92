"""A condition as a typed tree, and its JSON form.

    {"all": [{"field": "priority", "operator": "any_of", "value": ["p1", "p2"]},
             {"not": {"field": "assignee", "operator": "is_empty"}}]}

An empty ``all`` is always true, an empty ``any`` never.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.conditions.errors import ConditionIsInvalid, Problem


@dataclass(frozen=True)
class Test:
    """A leaf: what ``field`` must be. ``value`` is JSON; its shape depends on the operator."""

    __test__ = False  # pytest: this is not a test case

    field: str
    operator: str
    value: Any = None


@dataclass(frozen=True)
class AllOf:
    """True when every part is."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Not:
    """True when its part is not."""

    part: Condition


Condition = Test | AllOf | AnyOf | Not
ALWAYS = AllOf()


@dataclass(frozen=True)
class Limits:
    """How large a condition may grow: nesting, tests, entries of a list, letters of a text."""

    depth: int = 8
    tests: int = 200
    entries: int = 500
    length: int = 1000


def parse(data: Any, limits: Limits | None = None) -> Condition:
    """The tree of a JSON form. Says every place where the form itself is wrong.

    Whether fields exist and values fit is ``validate``'s to say. Raises ConditionIsInvalid.
    """
    reader = _Reader(limits or Limits())
    tree = reader.read(data, "", 1)
    if reader.problems or tree is None:
        raise ConditionIsInvalid(reader.problems)
    return tree


def dump(tree: Condition) -> dict[str, Any]:
    """The JSON form of a tree.

    >>> dump(Not(Test("vip", "is", True)))
    {'not': {'field': 'vip', 'operator': 'is', 'value': True}}
    """
    match tree:
        case Test(field, operator, value):
            leaf = {"field": field, "operator": operator}
            return leaf if value is None else {**leaf, "value": value}
        case AllOf(parts):
            return {"all": [dump(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [dump(part) for part in parts]}
        case Not(part):
            return {"not": dump(part)}


def fields_in(tree: Condition) -> set[str]:
    """The keys of every field a condition asks about."""
    match tree:
        case Test(field):
            return {field}
        case Not(part):
            return fields_in(part)
        case AllOf(parts) | AnyOf(parts):
            return set().union(*(fields_in(part) for part in parts))


class _Reader:
    """Walks the JSON once, counting and collecting what is wrong."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.problems: list[Problem] = []
        self.tests = 0

    def wrong(self, path: str, sentence: str) -> None:
        self.problems.append(Problem(path, sentence))

    def read(self, data: Any, path: str, depth: int) -> Condition | None:
        if depth > self.limits.depth:
            self.wrong(
                path, _("nested deeper than %(limit)d levels") % {"limit": self.limits.depth}
            )
            return None
        if not isinstance(data, dict):
            self.wrong(path, _("expected a group or a test"))
            return None
        readers: dict[frozenset[str], Callable[[], Condition | None]] = {
            frozenset({"all"}): lambda: self.group(data, "all", path, depth),
            frozenset({"any"}): lambda: self.group(data, "any", path, depth),
            frozenset({"not"}): lambda: self.negation(data, path, depth),
            frozenset({"field", "operator"}): lambda: self.test(data, path),
            frozenset({"field", "operator", "value"}): lambda: self.test(data, path),
        }
        reader = readers.get(frozenset(data))
        if reader is None:
            self.wrong(path, _("expected “all”, “any”, “not”, or “field” with “operator”"))
            return None
        return reader()

    def group(self, data: dict[str, Any], word: str, path: str, depth: int) -> Condition | None:
        parts = data[word]
        place = f"{path}.{word}" if path else word
        if not isinstance(parts, list):
            self.wrong(place, _("expected a list"))
            return None
        if len(parts) > self.limits.tests:
            self.wrong(place, _("more than %(limit)d tests") % {"limit": self.limits.tests})
            return None
        read = [self.read(part, f"{place}.{at}", depth + 1) for at, part in enumerate(parts)]
        good = tuple(part for part in read if part is not None)
        return AllOf(good) if word == "all" else AnyOf(good)

    def negation(self, data: dict[str, Any], path: str, depth: int) -> Condition | None:
        part = self.read(data["not"], f"{path}.not" if path else "not", depth + 1)
        return None if part is None else Not(part)

    def test(self, data: dict[str, Any], path: str) -> Condition | None:
        self.tests += 1
        if self.tests > self.limits.tests:
            if self.tests == self.limits.tests + 1:
                self.wrong(path, _("more than %(limit)d tests") % {"limit": self.limits.tests})
            return None
        field, operator, value = data["field"], data["operator"], data.get("value")
        if not isinstance(field, str) or not isinstance(operator, str):
            self.wrong(path, _("“field” and “operator” are texts"))
            return None
        if not self.fits(value):
            self.wrong(
                f"{path}.value" if path else "value", _("the value is too large or too deep")
            )
            return None
        return Test(field, operator, value)

    def fits(self, value: Any, depth: int = 0) -> bool:
        if isinstance(value, str):
            return len(value) <= self.limits.length
        if isinstance(value, list | dict):
            inner = value if isinstance(value, list) else [*value.keys(), *value.values()]
            return (
                depth < 2
                and len(inner) <= self.limits.entries
                and all(self.fits(entry, depth + 1) for entry in inner)
            )
        return value is None or isinstance(value, bool | int | float)
