"""Whether a value suits a field an administrator declared. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from atalaya.core.work.errors import FieldRequired, WrongFieldValue
from atalaya.core.work.models import CustomField
from atalaya.kernel.languages import say
from atalaya.kernel.text import clean, one_line

EMPTY: tuple[Any, ...] = (None, "", [], ())
Kind = CustomField.Kind


def checked(
    fields: Iterable[CustomField], values: Mapping[str, Any], *, required_at: str = ""
) -> dict[str, Any]:
    """``values`` in the form they are stored in, without empty ones.

    Values of unknown keys are refused. ``required_at`` (``open``, ``resolve``) names the moment
    whose required fields must be there. Raises WrongFieldValue, FieldRequired.
    """
    known = {field.key: field for field in fields}
    for key in values:
        if key not in known:
            raise WrongFieldValue(at=key, label=key)
    stored: dict[str, Any] = {}
    for key, field in known.items():
        value = values.get(key)
        kept = None if value in EMPTY else one(field, value)
        if kept not in EMPTY:  # what was given may turn out to say nothing
            stored[key] = kept
        elif field.required_at and field.required_at == required_at:
            raise FieldRequired(at=key, label=str(field))
    return stored


def one(field: CustomField, value: Any) -> Any:
    """One value in its stored form. Raises WrongFieldValue."""
    try:
        return _READERS[Kind(field.kind)](field, value)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise WrongFieldValue(at=field.key, label=str(field)) from None


def choice_keys(choices: Iterable[Mapping[str, Any]]) -> set[str]:
    """Every key of a list or tree of choices."""
    found: set[str] = set()
    for choice in choices:
        found.add(str(choice["key"]))
        found |= choice_keys(choice.get("children", ()))
    return found


def _text(_field: CustomField, value: Any) -> str:
    return one_line(str(value), 500)


def _long_text(_field: CustomField, value: Any) -> str:
    return clean(str(value))[:20_000]


def _number(_field: CustomField, value: Any) -> int | float:
    if isinstance(value, bool):
        raise TypeError
    number = float(str(value).replace(",", "."))
    if not math.isfinite(number):
        raise ValueError
    return int(number) if number.is_integer() else number


def _boolean(_field: CustomField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"true": True, "on": True, "1": True, "false": False, "0": False}[str(value).lower()]


def _date(_field: CustomField, value: Any) -> str:
    return dt.date.fromisoformat(str(value)).isoformat()


def _choice(field: CustomField, value: Any) -> str:
    if str(value) not in choice_keys(field.choices):
        raise ValueError
    return str(value)


def _multiple(field: CustomField, value: Any) -> list[str]:
    values = [value] if isinstance(value, str) else list(value)
    return [_choice(field, item) for item in dict.fromkeys(values)]


def _person(_field: CustomField, value: Any) -> int:
    return int(value)


def _url(_field: CustomField, value: Any) -> str:
    url = one_line(str(value), 2000)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError
    return url


def _external(field: CustomField, value: Any) -> dict[str, str]:
    """One of the choices that were read from the source, with its words of then."""
    key = one_line(str(value["key"] if isinstance(value, Mapping) else value))
    known = {str(choice["key"]): choice.get("names", {}) for choice in field.choices}
    if key not in known and isinstance(value, Mapping):
        return {"key": key, "label": one_line(str(value["label"]))}
    return {"key": key, "label": say(known[key]) or key}


_READERS = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.TREE: _choice,
    Kind.MULTIPLE: _multiple,
    Kind.PERSON: _person,
    Kind.URL: _url,
    Kind.EXTERNAL: _external,
}
