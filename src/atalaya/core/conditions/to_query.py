"""Compiles a condition to a database query.

Each test becomes an expression that is never NULL where its column is not; its opposite adds “or is
NULL”. Conjunctions and disjunctions of such tests need no third truth value.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import HasAnyKeys, HasKeys, KeyTextTransform, KeyTransform
from django.db.models.functions import Collate
from django.db.models.lookups import (
    Contains,
    EndsWith,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    Regex,
    StartsWith,
)

from atalaya.core.conditions.binding import BoundTree, Every, Some
from atalaya.core.conditions.folding import Fold
from atalaya.core.conditions.operators import Between, Bound, Empty, HasAll, HasText, Matcher, OneOf
from atalaya.core.conditions.ports import Field, FieldKind, Related
from atalaya.core.conditions.stored import DATE_PATTERN, INSTANT_PATTERN, NUMERIC, as_stored

ALWAYS = Q()
NEVER = Q(pk__in=[])
_PATTERNS = {"anywhere": Contains, "start": StartsWith, "end": EndsWith}


class _TypeOf(Func):
    function = "jsonb_typeof"
    arity = 1
    output_field = TextField()


class _Numeric(Func):
    template = "(%(expressions)s)::numeric"
    arity = 1
    output_field = DecimalField()


class _Boolean(Func):
    template = "(%(expressions)s)::boolean"
    arity = 1
    output_field = BooleanField()


def compile_query(tree: BoundTree) -> Q:
    """The condition as a Q over the model that the fields' paths start from."""
    match tree:
        case Bound():
            return _test(tree)
        case Every(parts):
            return reduce(Q.__and__, map(compile_query, parts), ALWAYS)
        case Some(parts):
            return reduce(_either, map(compile_query, parts), NEVER)


def _either(one: Q, other: Q) -> Q:
    """Or; an empty Q means “always” here, while Django takes it as neutral."""
    return one | other if one and other else ALWAYS


def _test(bound: Bound) -> Q:
    if bound.field.related is not None:
        found = _related(bound.field.related, bound.field.path, bound.matcher)
        return ~found if bound.negated else found
    if bound.field.kind.is_many:
        return _json_set(bound)
    column = _column(bound.field)
    if isinstance(bound.matcher, Empty):
        return _empty(bound.field, column, negated=bound.negated)
    matched = _scalar(bound.field, column, bound.matcher)
    if matched is None:
        return ALWAYS if bound.negated else NEVER
    return _is_null(column) | ~matched if bound.negated else matched


def _is_null(column: Any) -> Q:
    return Q(IsNull(column, True))  # noqa: FBT003 - Django's signature


def _empty(declared: Field, column: Any, *, negated: bool) -> Q:
    nothing = _is_null(column)
    if declared.kind not in (FieldKind.TEXT, FieldKind.CHOICE):
        return ~nothing if negated else nothing
    blank = Q(Exact(column, ""))
    return ~nothing & ~blank if negated else nothing | blank


def _column(declared: Field) -> Any:
    """The expression a scalar is compared by; NULL where there is nothing of the field's kind."""
    if declared.json_key is None:
        return F(declared.path)
    entry = KeyTransform(declared.json_key, declared.path)
    text = KeyTextTransform(declared.json_key, declared.path)
    if declared.kind in NUMERIC:
        return Case(When(_is_a("number", entry), then=_Numeric(text)))
    if declared.kind is FieldKind.BOOLEAN:
        return Case(When(_is_a("boolean", entry), then=_Boolean(text)))
    is_text = _is_a("string", entry)
    if declared.kind in (FieldKind.INSTANT, FieldKind.DATE):
        pattern = INSTANT_PATTERN if declared.kind is FieldKind.INSTANT else DATE_PATTERN
        return Collate(Case(When(is_text & Q(Regex(text, pattern)), then=text)), "C")
    return Case(When(is_text, then=text), output_field=TextField())


def _is_a(kind: str, entry: Any) -> Q:
    return Q(Exact(_TypeOf(entry), kind))


def _scalar(declared: Field, column: Any, matcher: Matcher) -> Q | None:
    """The test of a value that is there; None when nothing can pass it."""
    match matcher:
        case OneOf(()):
            return None
        case OneOf(values) if declared.kind is FieldKind.TEXT:
            return Q(In(Fold(column), list(values)))
        case OneOf(values):
            return Q(In(column, [_side(declared, value) for value in values]))
        case HasText(text, where):
            return Q(_PATTERNS[where](Fold(column), text))
        case Between(low, high, with_low, with_high):
            above = GreaterThanOrEqual if with_low else GreaterThan
            below = LessThanOrEqual if with_high else LessThan
            found = Q()
            if low is not None:
                found &= Q(above(column, _side(declared, low)))
            if high is not None:
                found &= Q(below(column, _side(declared, high)))
            return found
        case _:
            raise TypeError(f"{matcher!r} asks for a set")


def _side(declared: Field, value: Any) -> Any:
    """What a column is compared with; numbers as numeric, or Django cuts them to the column."""
    if declared.kind is FieldKind.NUMBER or (declared.json_key and declared.kind in NUMERIC):
        return Value(value, DecimalField())
    return as_stored(value) if declared.json_key else value


def _json_set(bound: Bound) -> Q:
    entry = KeyTransform(bound.field.json_key, bound.field.path)
    is_list = _is_a("array", entry)
    match bound.matcher:
        case Empty():
            found = is_list & _has_a_text(entry)
            return found if bound.negated else _is_null(entry) | ~found
        case OneOf(values):
            found = is_list & Q(HasAnyKeys(entry, list(values)))
        case HasAll(values):
            found = is_list & Q(HasKeys(entry, list(values)))
        case _:
            raise TypeError(f"{bound.matcher!r} asks for one value")
    return _is_null(entry) | ~found if bound.negated else found


class _HasAText(Func):
    """Whether a JSON list holds a text; other entries do not count."""

    template = """jsonb_path_exists(%(expressions)s, '$[*] ? (@.type() == "string")')"""
    arity = 1
    output_field = BooleanField()


def _has_a_text(entry: Any) -> Q:
    return Q(_HasAText(entry))


def _related(related: Related, path: str, matcher: Matcher) -> Q:
    everything = related.model._base_manager  # noqa: SLF001 - whatever the default manager hides
    rows = everything.filter(**{related.owner: OuterRef(path)})
    match matcher:
        case Empty():
            return ~Q(Exists(rows))
        case OneOf(values):
            return Q(Exists(rows.filter(**{f"{related.value}__in": values})))
        case HasAll(values):
            each = (Q(Exists(rows.filter(**{related.value: value}))) for value in values)
            return reduce(Q.__and__, each, ALWAYS)
        case _:
            raise TypeError(f"{matcher!r} asks for one value")
