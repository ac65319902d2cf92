"""Choices that another system keeps: finding them in what it answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from atalaya.kernel.text import one_line

MOST = 5000


class NotAList(Exception):
    """The answer holds no list where one should be; the text says what is wrong."""


def choices_in(answer: Any, *, path: str, key: str, label: str) -> list[dict[str, Any]]:
    """The choices of an answer: the list at ``path``, each entry by its ``key`` and ``label``.

    Entries may be plain texts. Raises NotAList.

    >>> choices_in({"data": [{"id": 7, "name": "Madrid"}]}, path="data", key="id", label="name")
    [{'key': '7', 'names': {'en': 'Madrid'}}]
    >>> choices_in(["a", "b"], path="", key="id", label="name")[1]
    {'key': 'b', 'names': {'en': 'b'}}
    """
    rows = _at(answer, path)
    if not isinstance(rows, list):
        raise NotAList(_("there is no list at “%(path)s”") % {"path": path or "."})
    found: dict[str, str] = {}
    for row in rows[:MOST]:
        value, words = (_at(row, key), _at(row, label)) if isinstance(row, Mapping) else (row, row)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found.setdefault(one_line(str(value), 120), one_line(str(words or value), 200))
    found.pop("", None)
    if rows and not found:
        raise NotAList(_("no entry has a value called “%(key)s”") % {"key": key})
    return [{"key": value, "names": {"en": words}} for value, words in found.items()]


def _at(value: Any, path: str) -> Any:
    for step in filter(None, path.split(".")):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
