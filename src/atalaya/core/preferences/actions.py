"""Deciding preferences and switching practices."""

from __future__ import annotations

import dataclasses
from typing import Any

from atalaya.core.journal.actions import action, append
from atalaya.core.preferences import queries
from atalaya.core.preferences.errors import NoSuchPreference, WrongPreference
from atalaya.core.preferences.events import PracticeSwitched, PreferenceChanged
from atalaya.core.preferences.models import Practice, Value
from atalaya.core.preferences.ports import SECTIONS
from atalaya.kernel import clock
from atalaya.kernel.actors import Actor


@action("preferences.decide")
def decide(section: str, *, by: Actor, **values: Any) -> None:
    """Store decisions of a section, each with a fact that keeps both values.

    Raises NoSuchPreference, WrongPreference, NotAllowed.
    """
    by.must("preferences.change")
    known = SECTIONS.get(section)
    if known is None:
        raise NoSuchPreference(name=section)
    fields = {item.name: item for item in dataclasses.fields(known.kind)}
    before = queries.preferences_of(known.kind)
    for key, value in values.items():
        if key not in fields:
            raise NoSuchPreference(name=f"{section}.{key}")
        check(fields[key], value)
        old = getattr(before, key)
        if old == value:
            continue
        Value.objects.update_or_create(
            section=section, key=key, defaults={"value": value, "changed_at": clock.now()}
        )
        append(PreferenceChanged(section, key, old, value), by=by)
    queries.forget()


def check(field: dataclasses.Field[Any], value: Any) -> None:
    """Whether ``value`` has the type and limits of a preference. Raises WrongPreference."""
    meta = field.metadata
    kinds: dict[str, type[Any]] = {
        "int": int,
        "bool": bool,
        "str": str,
        "float": float,
        "list": list,
        "dict": dict,
    }
    wanted = kinds.get(str(field.type).split("[", maxsplit=1)[0], object)
    if str(field.type) == "Texts" or meta.get("texts"):
        wanted = dict
    wrong = not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))
    if not wrong and isinstance(value, int) and not isinstance(value, bool):
        low, high = meta.get("minimum"), meta.get("maximum")
        wrong = (low is not None and value < low) or (high is not None and value > high)
    choices = meta.get("choices")
    if not wrong and choices:
        offered = choices() if callable(choices) else choices
        wrong = value not in {key for key, _label in offered}
    if wrong:
        raise WrongPreference(at=field.name, label=meta.get("label", field.name))


@action("preferences.switch_practice")
def switch_practice(practice: str, *, by: Actor, on: bool) -> None:
    """Switch a practice on or off; its data stays. Raises NoSuchPreference, NotAllowed."""
    by.must("preferences.change")
    if practice not in queries.practices_there_are():
        raise NoSuchPreference(name=practice)
    if queries.practice_is_on(practice) == on:
        return
    Practice.objects.update_or_create(key=practice, defaults={"on": on})
    append(PracticeSwitched(practice, on), by=by)
    queries.forget()
