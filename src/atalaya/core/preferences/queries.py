"""Reading preferences, from a short-lived copy in memory."""

from __future__ import annotations

import dataclasses
import time
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, connection

from atalaya.core.preferences.models import Practice, Value
from atalaya.core.preferences.ports import SECTIONS
from atalaya.core.preferences.preferences import DeskPreferences

C = TypeVar("C")
_last_read: dict[str, dict[str, bool]] = {}


@lru_cache(maxsize=4)
def _values(_slice: int, _database: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for section, key, value in Value.objects.values_list("section", "key", "value"):
        found.setdefault(section, {})[key] = value
    return found


@lru_cache(maxsize=4)
def _practices(_slice: int, _database: str) -> dict[str, bool]:
    return dict(Practice.objects.values_list("key", "on"))


def _key() -> tuple[int, str]:
    fresh_for: float = settings.PREFERENCES_FRESH_FOR
    return int(time.monotonic() / fresh_for), str(connection.settings_dict["NAME"])


def forget() -> None:
    """Drop the copies in memory (after a change, and between tests)."""
    _values.cache_clear()
    _practices.cache_clear()
    _last_read.clear()


def preferences_of(kind: type[C]) -> C:
    """The decisions of one section, with defaults for what was never decided."""
    section = next(plugged.value for plugged in SECTIONS.everything() if plugged.value.kind is kind)
    stored = _values(*_key()).get(section.key, {})
    names = {item.name for item in dataclasses.fields(cast(Any, kind))}
    return kind(**{name: value for name, value in stored.items() if name in names})


def practice_is_on(practice: str) -> bool:
    """Whether ``practice`` is on; one never decided about is on. True before there are tables."""
    return practices_now().get(practice, True)


def practices_now() -> dict[str, bool]:
    """What was decided about practices.

    In an event loop nothing may wait for the database: there it is what was read last, which the
    middleware did for this very request.
    """
    slice_, name = _key()
    try:
        _last_read[name] = _practices(slice_, name)
    except DatabaseError:
        return {}
    except SynchronousOnlyOperation:
        pass
    return _last_read.get(name, {})


def practices_there_are() -> list[str]:
    """Keys of the installed practices, lowest first."""
    from django.apps import apps

    prefix = "atalaya.practices."
    return [
        config.name.removeprefix(prefix)
        for config in apps.get_app_configs()
        if config.name.startswith(prefix)
    ]


@dataclasses.dataclass(frozen=True)
class PracticeShown:
    """A practice as the switch page shows it."""

    key: str
    label: str
    sentence: str
    on: bool


def practices_shown() -> list[PracticeShown]:
    """Installed practices with what their apps say of themselves, lowest first."""
    from django.apps import apps

    return [
        PracticeShown(
            key,
            str(apps.get_app_config(key).verbose_name),
            str(getattr(apps.get_app_config(key), "sentence", "")),
            practice_is_on(key),
        )
        for key in practices_there_are()
    ]


def desk() -> DeskPreferences:
    """The name, language and time zone of the desk as a whole."""
    return preferences_of(DeskPreferences)
