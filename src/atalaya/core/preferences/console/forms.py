"""A form made from what a package declared: one field for each preference."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from atalaya.core.preferences.ports import Section
from atalaya.ui.texts import TextsField

# Decided elsewhere, by a page of its own or by the first steps.
ELSEWHERE = {("desk", "set_up")}


class SectionForm(forms.Form):
    """The preferences of one section."""

    quiet_optional: ClassVar[bool] = True

    def __init__(self, *args: Any, section: Section, **more: Any) -> None:
        super().__init__(*args, **more)
        for declared in dataclasses.fields(section.kind):
            if (section.key, declared.name) not in ELSEWHERE:
                self.fields[declared.name] = field_for(section.key, declared)


def fields_of(section: Section) -> list[str]:
    """Names of the preferences that this page shows."""
    names = [declared.name for declared in dataclasses.fields(section.kind)]
    return [name for name in names if (section.key, name) not in ELSEWHERE]


def field_for(section: str, declared: dataclasses.Field[Any]) -> forms.Field:
    """The form field of a preference, by its declared type."""
    meta = declared.metadata
    known: dict[str, Any] = {
        "label": meta.get("label") or declared.name,
        "help_text": meta.get("sentence", ""),
    }
    kind = str(declared.type).split("[", maxsplit=1)[0]
    if meta.get("texts") or kind == "Texts":
        return TextsField(rows=3, max_length=5000, required=False, **known)
    if meta.get("choices"):
        coerce = int if kind == "int" else str
        return forms.TypedChoiceField(choices=meta["choices"], coerce=coerce, **known)
    if (section, declared.name) == ("desk", "zone"):
        return forms.ChoiceField(choices=_zones, **known)
    if kind == "bool":
        return forms.BooleanField(required=False, **known)
    if kind == "int":
        return forms.IntegerField(
            min_value=meta.get("minimum"), max_value=meta.get("maximum"), **known
        )
    if kind == "float":
        return forms.FloatField(**known)
    if kind == "list":
        return Lines(required=False, **known)
    return forms.CharField(required=False, max_length=1000, **known)


def _zones() -> list[tuple[str, str]]:
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    return [(name, name.replace("_", " ")) for name in names]


class Lines(forms.CharField):
    """A list of texts, one a line."""

    def __init__(self, **more: Any) -> None:
        more["help_text"] = more.get("help_text") or _("One a line.")
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **more)

    def prepare_value(self, value: Any) -> Any:
        """The kept list as lines."""
        return "\n".join(str(one) for one in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """The lines."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]
