"""Compiles a condition to a function of one row in memory; it answers as the query would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from atalaya.core.conditions.binding import BoundTree, Every, Some
from atalaya.core.conditions.folding import fold
from atalaya.core.conditions.operators import Between, Bound, Empty, HasAll, HasText, Matcher, OneOf
from atalaya.core.conditions.ports import Field, FieldKind
from atalaya.core.conditions.stored import as_stored, from_json

Predicate = Callable[[Any], bool]


def compile_predicate(tree: BoundTree) -> Predicate:
    """The condition as a function of a row (model instance, dataclass or mapping)."""
    match tree:
        case Bound():
            return _test(tree)
        case Every(parts):
            every = [compile_predicate(part) for part in parts]
            return lambda row: all(holds(row) for holds in every)
        case Some(parts):
            some = [compile_predicate(part) for part in parts]
            return lambda row: any(holds(row) for holds in some)


def value_of(declared: Field, row: Any) -> Any:
    """The value of a field in a row, ready to be compared; None where there is nothing."""
    value = declared.read(row) if declared.read else _follow(row, declared.path)
    if declared.json_key is not None:
        entry = value.get(declared.json_key) if isinstance(value, Mapping) else None
        return from_json(declared.kind, entry)
    if declared.kind.is_many:
        return list(value or ())
    if declared.kind is FieldKind.NUMBER and value is not None:
        return Decimal(value)
    return value


def _follow(row: Any, path: str) -> Any:
    """Walk ``a__b`` over attributes or keys; a gap on the way is nothing."""
    for step in path.split("__"):
        if row is None:
            return None
        row = row.get(step) if isinstance(row, Mapping) else getattr(row, step)
    return row


def _test(bound: Bound) -> Predicate:
    matches = _set_match(bound.matcher) if bound.field.kind.is_many else _scalar_match(bound)
    declared, negated = bound.field, bound.negated
    return lambda row: matches(value_of(declared, row)) is not negated


def _set_match(matcher: Matcher) -> Predicate:
    match matcher:
        case Empty():
            return lambda found: not found
        case OneOf(values):
            return lambda found: not set(values).isdisjoint(found)
        case HasAll(values):
            return lambda found: set(values).issubset(found)
        case _:
            raise TypeError(f"{matcher!r} asks for one value")


def _scalar_match(bound: Bound) -> Predicate:
    declared, matcher = bound.field, bound.matcher
    match matcher:
        case Empty():
            return lambda value: value is None or value == ""
        case OneOf(values) if declared.kind is FieldKind.TEXT:
            return lambda value: value is not None and fold(value) in values
        case OneOf(values):
            known = {_side(declared, value) for value in values}
            return lambda value: value is not None and value in known
        case HasText(text, where):
            return lambda value: value is not None and _has_text(fold(value), text, where)
        case Between():
            return _between(declared, matcher)
        case _:
            raise TypeError(f"{matcher!r} asks for a set")


def _has_text(value: str, text: str, where: str) -> bool:
    return {"anywhere": value.__contains__, "start": value.startswith, "end": value.endswith}[
        where
    ](text)


def _between(declared: Field, matcher: Between) -> Predicate:
    low, high = _side(declared, matcher.low), _side(declared, matcher.high)

    def holds(value: Any) -> bool:
        if value is None:
            return False
        above = low is None or value > low or (matcher.with_low and value == low)
        below = high is None or value < high or (matcher.with_high and value == high)
        return bool(above and below)

    return holds


def _side(declared: Field, value: Any) -> Any:
    return as_stored(value) if declared.json_key else value
