"""The form of an organisation's own fields, made from their declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from atalaya.core.work.models import CustomField, WorkItem
from atalaya.core.work.queries import custom_fields_for
from atalaya.kernel.languages import say

Kind = CustomField.Kind


def _leaves(choices: Iterable[Any], depth: int = 0) -> list[tuple[str, str]]:
    """A list or tree of choices as one list, deeper ones indented."""
    found = []
    for choice in choices:
        label = "\u2003" * depth + (say(choice.get("names", {})) or str(choice["key"]))
        found.append((str(choice["key"]), label))
        found += _leaves(choice.get("children", ()), depth + 1)
    return found


def _text(_declared: CustomField, **more: Any) -> forms.Field:
    return forms.CharField(**more)


def _one_of(declared: CustomField, **more: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *_leaves(declared.choices)], **more)


def _any_of(declared: CustomField, **more: Any) -> forms.Field:
    boxes = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(choices=_leaves(declared.choices), widget=boxes, **more)


def _yes_or_no(_declared: CustomField, **more: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), ("true", _("Yes")), ("false", _("No"))], **more)


MAKERS: dict[str, Callable[..., forms.Field]] = {
    Kind.LONG_TEXT: lambda _d, **more: forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), **more
    ),
    Kind.BOOLEAN: _yes_or_no,
    Kind.DATE: lambda _d, **more: forms.CharField(
        widget=forms.DateInput(attrs={"type": "date"}), **more
    ),
    Kind.CHOICE: _one_of,
    Kind.TREE: _one_of,
    Kind.EXTERNAL: _one_of,
    Kind.MULTIPLE: _any_of,
}


class CustomForm(forms.Form):
    """One field for each that suits the item; values are checked by the action."""

    quiet_optional: ClassVar[bool] = True

    def __init__(self, *args: Any, item: WorkItem, **more: Any) -> None:
        super().__init__(*args, **more)
        self.declared = custom_fields_for(item)
        for one in self.declared:
            make: Callable[..., Any] = MAKERS.get(one.kind, _text)
            field: Any = make(one, label=str(one), required=False, help_text=say(one.helps))
            value = item.custom.get(one.key)
            field.initial = str(value).lower() if isinstance(value, bool) else value
            if isinstance(value, dict) and hasattr(field, "choices"):
                key = str(value.get("key", ""))
                field.initial = key
                if key not in dict(field.choices):  # gone from its source since
                    field.choices = [*field.choices, (key, str(value.get("label", key)))]
            self.fields[one.key] = field

    def values(self) -> dict[str, Any]:
        """What was written, by key; empty ones clear a field."""
        return {one.key: self.cleaned_data.get(one.key) for one in self.declared}
