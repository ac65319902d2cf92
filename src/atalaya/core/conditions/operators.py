"""Which operators a kind of field has, and what each of them means.

``bind`` reduces a test to one of a few matchers over plain values; the two compilers know only
those. So a rule like “within the last 7 days” is worked out once, for the query and the predicate.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from atalaya.core.conditions.folding import fold
from atalaya.core.conditions.periods import PERIODS, days_of, start_of
from atalaya.core.conditions.ports import Context, Field, FieldKind
from atalaya.core.conditions.tree import Test

ME = "@me"
MY_TEAMS = "@my_teams"
UNITS = {"minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
LONGEST_SPAN = 100 * 366 * 86400  # seconds; beyond it dates would run out


@dataclass(frozen=True)
class Empty:
    """Nothing there: NULL, the empty text, the empty list."""


@dataclass(frozen=True)
class OneOf:
    values: tuple[Any, ...]


@dataclass(frozen=True)
class HasText:
    """``where`` is ``anywhere``, ``start`` or ``end``."""

    text: str
    where: str


@dataclass(frozen=True)
class Between:
    """``low`` and ``high`` with whether they themselves belong; None leaves a side open."""

    low: Any = None
    high: Any = None
    with_low: bool = False
    with_high: bool = False


@dataclass(frozen=True)
class HasAll:
    """A set holding every one of the values."""

    values: tuple[str | int, ...]


Matcher = Empty | OneOf | HasText | Between | HasAll


@dataclass(frozen=True)
class Bound:
    """A test ready to be compiled. ``negated`` asks for the exact opposite, empties included."""

    field: Field
    matcher: Matcher
    negated: bool = False


class Unfit(ValueError):
    """A value an operator cannot take; the text says what it takes instead."""


@dataclass(frozen=True)
class Operator:
    """What an operator means: the matcher it makes, and whether its opposite is asked for."""

    match: Callable[[Field, Any, Context], Matcher]
    shape: str  # none, one, list, span, period, range – what editors ask for
    negated: bool = field(default=False, kw_only=True)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or not fold(_encodable(value)):
        raise Unfit(_("a text is needed"))
    return fold(value)


def _encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Unfit(_("a text is needed")) from None
    return value


def _number(value: Any) -> Decimal:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not good or abs(value) > 1e30:
        raise Unfit(_("a number is needed"))
    return Decimal(str(value))


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(_("yes or no is needed"))
    return value


def _identifier(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise Unfit(_("an identifier is needed"))
    return value


def _date(value: Any) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Unfit(_("a date like 2026-03-29 is needed")) from None


def _instant(value: Any, context: Context) -> dt.datetime:
    """ISO 8601; without an offset it is local time in the zone of the one who asks."""
    try:
        moment = dt.datetime.fromisoformat(value)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=context.zone)
        return aware.astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unfit(_("an instant like 2026-03-29T09:30 is needed")) from None


def _choice(declared: Field, value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or not _encodable(value):
        raise Unfit(_("a choice is needed"))
    if declared.choices is not None and value not in {key for key, _words in declared.choices()}:
        raise Unfit(_("“%(value)s” is not one of the choices") % {"value": value})
    return value


def _person(value: Any, context: Context) -> tuple[int, ...]:
    if value == ME:
        return () if context.person_id is None else (context.person_id,)
    return (_identifier(value),)


def _team(value: Any, context: Context) -> tuple[int, ...]:
    return tuple(sorted(context.team_ids)) if value == MY_TEAMS else (_identifier(value),)


def _tag(declared: Field, value: Any) -> str | int:
    by_text = declared.related is None or isinstance(value, str)
    return _choice(declared, value) if by_text else _identifier(value)


_READERS: dict[FieldKind, Callable[[Field, Any, Context], tuple[Any, ...]]] = {
    FieldKind.TEXT: lambda _declared, value, _context: (_text(value),),
    FieldKind.CHOICE: lambda declared, value, _context: (_choice(declared, value),),
    FieldKind.CHOICES: lambda declared, value, _context: (_choice(declared, value),),
    FieldKind.NUMBER: lambda _declared, value, _context: (_number(value),),
    FieldKind.BOOLEAN: lambda _declared, value, _context: (_boolean(value),),
    FieldKind.INSTANT: lambda _declared, value, context: (_instant(value, context),),
    FieldKind.DATE: lambda _declared, value, _context: (_date(value),),
    FieldKind.PERSON: lambda _declared, value, context: _person(value, context),
    FieldKind.TEAM: lambda _declared, value, context: _team(value, context),
    FieldKind.REFERENCE: lambda _declared, value, _context: (_identifier(value),),
    FieldKind.TAGS: lambda declared, value, _context: (_tag(declared, value),),
}


def _values(declared: Field, value: Any, context: Context) -> tuple[Any, ...]:
    """What one JSON value stands for: itself, or who is behind “me” and “my teams”."""
    return _READERS[declared.kind](declared, value, context)


def _one(declared: Field, value: Any, context: Context) -> Matcher:
    return OneOf(_values(declared, value, context))


def _listed(declared: Field, value: Any, context: Context) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise Unfit(_("a list with at least one value is needed"))
    return [found for entry in value for found in _values(declared, entry, context)]


def _any(declared: Field, value: Any, context: Context) -> Matcher:
    return OneOf(tuple(_listed(declared, value, context)))


def _all(declared: Field, value: Any, context: Context) -> Matcher:
    return HasAll(tuple(_listed(declared, value, context)))


def _empty(_declared: Field, value: Any, _context: Context) -> Matcher:
    if value is not None:
        raise Unfit(_("no value is needed"))
    return Empty()


def _has_text(where: str) -> Callable[[Field, Any, Context], Matcher]:
    return lambda _declared, value, _context: HasText(_text(value), where)


def _side(declared: Field, value: Any, context: Context) -> Any:
    return _values(declared, value, context)[0]


def _below(*, itself: bool) -> Callable[[Field, Any, Context], Matcher]:
    return lambda declared, value, context: Between(
        high=_side(declared, value, context), with_high=itself
    )


def _above(*, itself: bool) -> Callable[[Field, Any, Context], Matcher]:
    return lambda declared, value, context: Between(
        low=_side(declared, value, context), with_low=itself
    )


def _from_to(declared: Field, value: Any, context: Context) -> Matcher:
    """Both ends belong."""
    if not isinstance(value, list) or len(value) != 2:
        raise Unfit(_("two values, from and to, are needed"))
    low, high = (_side(declared, entry, context) for entry in value)
    return Between(low, high, with_low=True, with_high=True)


def _span(value: Any, units: dict[str, int]) -> dt.timedelta:
    if isinstance(value, dict) and set(value) == {"amount", "unit"} and value["unit"] in units:
        amount = value["amount"]
        if isinstance(amount, int) and not isinstance(amount, bool):
            seconds = amount * units[value["unit"]]
            if 0 < seconds <= LONGEST_SPAN:
                return dt.timedelta(seconds=seconds)
    raise Unfit(
        _("an amount above zero with one of these units is needed: %(units)s")
        % {"units": ", ".join(units)}
    )


def _moving(direction: str) -> Callable[[Field, Any, Context], Matcher]:
    """Windows that move with now. For dates, today is the last or the first day counted."""

    def match(declared: Field, value: Any, context: Context) -> Matcher:
        if declared.kind is FieldKind.DATE:
            days = _span(value, {unit: UNITS[unit] for unit in ("days", "weeks")})
            here: Any = context.now.astimezone(context.zone).date()
        else:
            days, here = _span(value, UNITS), context.now
        try:
            before, after = here - days, here + days
        except OverflowError:
            raise Unfit(_("this reaches too far")) from None
        return {
            "last": Between(before, here, with_high=True),
            "next": Between(here, after, with_low=True),
            "longer_ago": Between(high=before, with_high=True),
        }[direction]

    return match


def _period(declared: Field, value: Any, context: Context) -> Matcher:
    if not isinstance(value, str) or value not in PERIODS:
        raise Unfit(_("one of these is needed: %(periods)s") % {"periods": ", ".join(PERIODS)})
    first, end = days_of(value, context.now.astimezone(context.zone).date())
    return _between_days(declared, first, end, context)


def _on_day(declared: Field, value: Any, context: Context) -> Matcher:
    day = _date(value)
    if day == dt.date.max:
        raise Unfit(_("this reaches too far"))
    return _between_days(declared, day, day + dt.timedelta(days=1), context)


def _between_days(declared: Field, first: dt.date, end: dt.date, context: Context) -> Matcher:
    if declared.kind is FieldKind.DATE:
        return Between(first, end, with_low=True)
    try:
        return Between(start_of(first, context.zone), start_of(end, context.zone), with_low=True)
    except OverflowError:
        raise Unfit(_("this reaches too far")) from None


_IS = {"is": Operator(_one, "one"), "is_not": Operator(_one, "one", negated=True)}
_ANY = {"any_of": Operator(_any, "list"), "none_of": Operator(_any, "list", negated=True)}
_EMPTY = {
    "is_empty": Operator(_empty, "none"),
    "is_not_empty": Operator(_empty, "none", negated=True),
}
_ORDER = {
    "less_than": Operator(_below(itself=False), "one"),
    "at_most": Operator(_below(itself=True), "one"),
    "more_than": Operator(_above(itself=False), "one"),
    "at_least": Operator(_above(itself=True), "one"),
    "between": Operator(_from_to, "range"),
}
_TIME = {
    "before": Operator(_below(itself=False), "one"),
    "after": Operator(_above(itself=False), "one"),
    "between": Operator(_from_to, "range"),
    "within_last": Operator(_moving("last"), "span"),
    "within_next": Operator(_moving("next"), "span"),
    "longer_ago_than": Operator(_moving("longer_ago"), "span"),
    "in_period": Operator(_period, "period"),
}
_TEXT = {
    "contains": Operator(_has_text("anywhere"), "one"),
    "contains_not": Operator(_has_text("anywhere"), "one", negated=True),
    "starts_with": Operator(_has_text("start"), "one"),
    "ends_with": Operator(_has_text("end"), "one"),
}
_ONE = {**_IS, **_ANY, **_EMPTY}
_SET = {**_ANY, "all_of": Operator(_all, "list"), **_EMPTY}

OPERATORS: dict[FieldKind, dict[str, Operator]] = {
    FieldKind.TEXT: {**_IS, **_TEXT, **_ANY, **_EMPTY},
    FieldKind.CHOICE: _ONE,
    FieldKind.CHOICES: _SET,
    FieldKind.NUMBER: {**_IS, **_ORDER, **_ANY, **_EMPTY},
    FieldKind.BOOLEAN: {**_IS, **_EMPTY},
    FieldKind.INSTANT: {**_TIME, "on_day": Operator(_on_day, "one"), **_EMPTY},
    FieldKind.DATE: {**_IS, **_TIME, **_EMPTY},
    FieldKind.PERSON: _ONE,
    FieldKind.TEAM: _ONE,
    FieldKind.REFERENCE: _ONE,
    FieldKind.TAGS: _SET,
}


def bind(test: Test, declared: Field, context: Context) -> Bound:
    """What a test means for this field, at this moment, to this person. Raises Unfit."""
    operator = OPERATORS[declared.kind].get(test.operator)
    if operator is None:
        raise Unfit(_("this field has no operator “%(operator)s”") % {"operator": test.operator})
    return Bound(declared, operator.match(declared, test.value, context), operator.negated)
