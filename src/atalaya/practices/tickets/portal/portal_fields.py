"""The organisation's own fields as inputs of the portal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from atalaya.core.work.models import CustomField
from atalaya.kernel.languages import say

Kind = CustomField.Kind


def key_of(field: CustomField) -> str:
    """The name of its input; it cannot meet the name of one of ours."""
    return f"custom_{field.key}"


def field_of(field: CustomField) -> forms.Field | None:
    """The input of a field, or None for kinds that only agents can choose from."""
    about: dict[str, Any] = {
        "label": str(field),
        "help_text": say(field.helps),
        "required": field.required_at == "open",
    }
    choices = list(_choices(field.choices))
    if field.kind == Kind.LONG_TEXT:
        return forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}), **about)
    if field.kind == Kind.NUMBER:
        return forms.DecimalField(**about)
    if field.kind == Kind.BOOLEAN:
        return forms.BooleanField(**{**about, "required": False})
    if field.kind == Kind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **about)
    if field.kind in {Kind.CHOICE, Kind.TREE}:
        return forms.ChoiceField(choices=[("", "—"), *choices], **about)
    if field.kind == Kind.MULTIPLE:
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **about
        )
    if field.kind == Kind.URL:
        return forms.URLField(max_length=2000, assume_scheme="https", **about)
    return forms.CharField(max_length=500, **about) if field.kind == Kind.TEXT else None


def _choices(tree: Iterable[Mapping[str, Any]], depth: int = 0) -> Iterable[tuple[str, str]]:
    for choice in tree:
        name = say(choice.get("names", {})) or str(choice["key"])
        yield str(choice["key"]), " " * 3 * depth + name
        yield from _choices(choice.get("children", ()), depth + 1)
