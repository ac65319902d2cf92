"""The condition language as others use it: read, check, describe, and ask rows.

tree = parse(data)
validate(tree, fields_for("ticket"))
Ticket.objects.visible_to(person).filter(to_query(tree, fields, context))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Q

from atalaya.core.conditions.binding import bind_tree
from atalaya.core.conditions.folding import Fold, fold
from atalaya.core.conditions.operators import ME, MY_TEAMS, OPERATORS, UNITS
from atalaya.core.conditions.periods import PERIODS, days_of, start_of
from atalaya.core.conditions.ports import FIELDS, MORE_FIELDS, Context, Field, FieldKind, Fields
from atalaya.core.conditions.stored import as_stored
from atalaya.core.conditions.to_predicate import compile_predicate, value_of
from atalaya.core.conditions.to_query import compile_query
from atalaya.core.conditions.tree import (
    ALWAYS,
    AllOf,
    AnyOf,
    Condition,
    Limits,
    Not,
    Test,
    dump,
    fields_in,
    parse,
)

__all__ = [
    "ALWAYS",
    "ME",
    "MY_TEAMS",
    "PERIODS",
    "UNITS",
    "AllOf",
    "AnyOf",
    "Condition",
    "Context",
    "Field",
    "FieldKind",
    "Fields",
    "Fold",
    "Limits",
    "Not",
    "Test",
    "as_stored",
    "days_of",
    "describe",
    "dump",
    "fields_for",
    "fields_in",
    "fold",
    "parse",
    "start_of",
    "to_predicate",
    "to_query",
    "validate",
    "value_of",
]

_SOME_MOMENT = Context(
    now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), person_id=0, team_ids=frozenset({0})
)


def fields_for(subject: str) -> dict[str, Field]:
    """The declared fields of a kind of thing, custom ones included, of practices that are on."""
    declared = [found for owner, found in FIELDS if owner == subject]
    for owner, source in MORE_FIELDS:
        if owner == subject:
            declared += source()
    return {found.key: found for found in declared}


def validate(tree: Condition, fields: Fields) -> None:
    """Raises ConditionIsInvalid, with every problem and its place, unless it can be asked."""
    bind_tree(tree, fields, _SOME_MOMENT)


def to_query(tree: Condition, fields: Fields, context: Context) -> Q:
    """The condition as a database query over the model the fields' paths start from.

    An empty value never matches a test and always matches its opposite. Raises ConditionIsInvalid.
    """
    return compile_query(bind_tree(tree, fields, context))


def to_predicate(tree: Condition, fields: Fields, context: Context) -> Callable[[Any], bool]:
    """The condition as a function of one row; the same answer as the query gives for that row.

    Raises ConditionIsInvalid.
    """
    return compile_predicate(bind_tree(tree, fields, context))


def describe(fields: Fields) -> list[dict[str, Any]]:
    """What an editor needs to offer: each field with its kind, operators and their value shapes."""
    return [
        {
            "key": declared.key,
            "name": str(declared.name),
            "group": str(declared.group),
            "kind": declared.kind.value,
            "refers_to": declared.refers_to,
            "operators": {key: found.shape for key, found in OPERATORS[declared.kind].items()},
            "choices": [(key, str(words)) for key, words in declared.choices()]
            if declared.choices
            else None,
        }
        for declared in fields.values()
    ]
