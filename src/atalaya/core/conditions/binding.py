"""From a tree over field names to a tree over bound tests, with every mistake told at once.

Negation is pushed down to the tests here, so that the compilers never negate a compound: SQL's
third truth value cannot leak out of a test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from atalaya.core.conditions.errors import ConditionIsInvalid, Problem
from atalaya.core.conditions.operators import Bound, Unfit, bind
from atalaya.core.conditions.ports import Context, Fields
from atalaya.core.conditions.tree import AllOf, AnyOf, Condition, Not, Test


@dataclass(frozen=True)
class Every:
    parts: tuple[BoundTree, ...]


@dataclass(frozen=True)
class Some:
    parts: tuple[BoundTree, ...]


BoundTree = Bound | Every | Some


def bind_tree(tree: Condition, fields: Fields, context: Context) -> BoundTree:
    """Bind every test. Raises ConditionIsInvalid with all problems and their places."""
    problems: list[Problem] = []
    bound = _bind(tree, fields, context, "", problems, negated=False)
    if problems:
        raise ConditionIsInvalid(problems)
    return bound


def _bind(
    tree: Condition,
    fields: Fields,
    context: Context,
    path: str,
    problems: list[Problem],
    *,
    negated: bool,
) -> BoundTree:
    dot = f"{path}." if path else ""
    match tree:
        case Test():
            return _bind_test(tree, fields, context, dot, problems, negated=negated)
        case Not(part):
            return _bind(part, fields, context, f"{dot}not", problems, negated=not negated)
        case AllOf(parts) | AnyOf(parts):
            word = "all" if isinstance(tree, AllOf) else "any"
            bound = tuple(
                _bind(part, fields, context, f"{dot}{word}.{at}", problems, negated=negated)
                for at, part in enumerate(parts)
            )
            return Every(bound) if (word == "all") is not negated else Some(bound)


def _bind_test(
    test: Test,
    fields: Fields,
    context: Context,
    dot: str,
    problems: list[Problem],
    *,
    negated: bool,
) -> BoundTree:
    declared = fields.get(test.field)
    if declared is None:
        problems.append(
            Problem(f"{dot}field", _("there is no field “%(field)s”") % {"field": test.field})
        )
        return Every(())
    try:
        found = bind(test, declared, context)
    except Unfit as unfit:
        problems.append(Problem(f"{dot}value", str(unfit)))
        return Every(())
    return replace(found, negated=found.negated is not negated)
