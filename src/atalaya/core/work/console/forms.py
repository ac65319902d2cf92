"""Forms of the lists an administrator keeps: from a row to fields and back."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Team
from atalaya.core.services.models import Service
from atalaya.core.work.models import CustomField, Turn
from atalaya.core.work.queries import has_values, kinds_of_items, rows_of_list

SOURCE = ("url", "path", "key", "label")
CHOOSING = {CustomField.Kind.CHOICE, CustomField.Kind.MULTIPLE, CustomField.Kind.TREE}
LANGUAGES = (("en", _("English")), ("es", _("Spanish")))


def texts_in(cleaned: dict[str, Any], name: str) -> dict[str, str]:
    """A text in several languages, taken out of its fields."""
    found = {code: (cleaned.pop(f"{name}_{code}", "") or "").strip() for code, _l in LANGUAGES}
    return {code: text for code, text in found.items() if text}


class RowForm(forms.Form):
    """What every row has: a name in both languages, a place in the list, whether it is used."""

    texts: ClassVar[dict[str, str]] = {"names": "name"}
    quiet_optional: ClassVar[bool] = True

    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=120, required=False)

    def __init__(self, *args: Any, viewer: Actor, row: Any = None, **more: Any) -> None:
        more.setdefault("initial", self.initial_of(row) if row is not None else None)
        super().__init__(*args, **more)
        self.viewer, self.row = viewer, row
        self.prepare()

    def prepare(self) -> None:
        """Fill choices; for those who have some."""

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """The present values."""
        found = {name: getattr(row, name, None) for name in cls.base_fields}
        for column, name in cls.texts.items():
            for code, _l in LANGUAGES:
                found[f"{name}_{code}"] = getattr(row, column).get(code, "")
        return found

    def clean(self) -> dict[str, Any]:
        """A name in one language at least."""
        found = super().clean() or self.cleaned_data
        if not (found.get("name_en") or found.get("name_es")):
            self.add_error("name_en", _now("A name is needed."))
        return found

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        for column, name in self.texts.items():
            found[column] = texts_in(found, name)
        return found


class CategoryForm(RowForm):
    """A category."""

    parent = forms.ChoiceField(label=_("Part of"), required=False)
    team = forms.ChoiceField(
        label=_("Team"), required=False, help_text=_("Cases of this category go to it.")
    )
    service = forms.ChoiceField(
        label=_("Service"), required=False, help_text=_("Cases of this category are about it.")
    )
    position = forms.IntegerField(label=_("Place in the list"), initial=0)
    is_active = forms.BooleanField(label=_("May be chosen"), required=False, initial=True)

    def prepare(self) -> None:
        """Parents, teams and services."""
        fields: Any = self.fields
        own = self.row.pk if self.row is not None else 0
        self._parents = {str(c.pk): c for c in rows_of_list("categories") if c.pk != own}
        teams = Team.objects.visible_to(self.viewer).active().order_by("tier", "name")
        self._teams = {str(team.pk): team for team in teams}
        none = ("", "—")
        fields["parent"].choices = [none, *((k, str(c)) for k, c in self._parents.items())]
        fields["team"].choices = [none, *((k, t.name) for k, t in self._teams.items())]
        services = Service.objects.visible_to(self.viewer).active()
        self._services = {str(one.pk): one for one in services}
        fields["service"].choices = [none, *((k, str(s)) for k, s in self._services.items())]

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """Rows as their keys."""
        found = super().initial_of(row)
        keys = {name: getattr(row, f"{name}_id") or "" for name in ("parent", "team", "service")}
        return {**found, **keys}

    def values(self) -> dict[str, Any]:
        """Keys as their rows."""
        found = super().values()
        found["parent"] = self._parents.get(found["parent"])
        found["team"] = self._teams.get(found["team"])
        found["service"] = self._services.get(found["service"])
        return found


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and 0 < int(part) < 366 for part in parts):
        raise forms.ValidationError(_now("Write days as numbers, separated by commas."))
    return sorted({int(part) for part in parts})


class ReasonForm(RowForm):
    """A reason to wait."""

    texts: ClassVar[dict[str, str]] = {"names": "name", "follow_up_texts": "reminder"}

    turn = forms.ChoiceField(
        label=_("Who is waited for"),
        choices=[(t.value, t.label) for t in Turn if t not in {Turn.AGENT, Turn.NOBODY}],
    )
    pauses_resolution = forms.BooleanField(
        label=_("The clock of the resolution stands still"), required=False, initial=True
    )
    follow_up_days = forms.CharField(
        label=_("Remind after days"),
        required=False,
        help_text=_("Such as 2, 5: counted from when the wait began. Empty: never."),
    )
    reminder_en = forms.CharField(
        label=_("Reminder in English"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    reminder_es = forms.CharField(
        label=_("Reminder in Spanish"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    close_after_days = forms.IntegerField(
        label=_("Close by itself after days"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=_("Empty: never."),
    )
    position = forms.IntegerField(label=_("Place in the list"), initial=0)
    is_active = forms.BooleanField(label=_("May be chosen"), required=False, initial=True)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """Days as text."""
        return {
            **super().initial_of(row),
            "follow_up_days": ", ".join(str(day) for day in row.follow_up_days),
            "pauses_resolution": "resolution" in row.pauses,
        }

    def clean_follow_up_days(self) -> list[int]:
        """Days as numbers."""
        return _numbers(self.cleaned_data["follow_up_days"])

    def values(self) -> dict[str, Any]:
        """What the action takes; a new reason gets a key from its name."""
        found = super().values()
        kept = [p for p in (self.row.pauses if self.row else []) if p != "resolution"]
        found["pauses"] = [*kept, "resolution"] if found.pop("pauses_resolution") else kept
        if self.row is None:
            found["key"] = _key_from(found["names"])
        return found


def _key_from(names: dict[str, str]) -> str:
    return slugify(names.get("en") or next(iter(names.values())))[:40] or "row"


def choices_from(text: str) -> list[dict[str, Any]]:
    """Choices from lines ``key | English | Spanish``; two leading spaces put one under the last.

    >>> choices_from("a | One | Uno")
    [{'key': 'a', 'names': {'en': 'One', 'es': 'Uno'}}]
    """
    found: list[dict[str, Any]] = []
    levels: list[list[dict[str, Any]]] = [found]
    for line in text.splitlines():
        if not line.strip():
            continue
        depth = min((len(line) - len(line.lstrip())) // 2, len(levels) - 1)
        parts = [part.strip() for part in line.split("|")]
        english = parts[1] if len(parts) > 1 else parts[0]
        names = {"en": english, "es": parts[2] if len(parts) > 2 else english}
        choice: dict[str, Any] = {"key": slugify(parts[0])[:40] or "choice", "names": names}
        levels = levels[: depth + 1]
        if depth:
            levels[depth - 1][-1].setdefault("children", levels[depth])
        levels[depth].append(choice)
        levels.append([])
    return found


def choices_as_text(choices: list[dict[str, Any]], depth: int = 0) -> str:
    """The same lines again."""
    lines = []
    for choice in choices:
        names = choice.get("names", {})
        said = f"{choice['key']} | {names.get('en', '')} | {names.get('es', '')}"
        lines.append("  " * depth + said)
        if choice.get("children"):
            lines.append(choices_as_text(choice["children"], depth + 1))
    return "\n".join(lines)


class FieldForm(RowForm):
    """A field of the organisation's own."""

    texts: ClassVar[dict[str, str]] = {"labels": "name", "helps": "help"}

    kind = forms.ChoiceField(
        label=_("Type"),
        choices=CustomField.Kind.choices,
    )
    choices = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        strip=False,
        help_text=_("One on each line: key | English | Spanish. Indent by two spaces for a tree."),
    )
    source_url = forms.URLField(
        label=_("Address of the external source"),
        required=False,
        assume_scheme="https",
        help_text=_(
            "For the type “External source”: it answers with JSON and is read every hour. "
            "People choose from what was read last."
        ),
    )
    source_path = forms.CharField(
        label=_("Where the list is in its answer"),
        required=False,
        max_length=200,
        help_text=_("Names with dots, such as data.items. Empty: the answer is the list."),
    )
    source_key = forms.CharField(
        label=_("Name of the value in an entry"), required=False, max_length=80, initial="id"
    )
    source_label = forms.CharField(
        label=_("Name of the words in an entry"), required=False, max_length=80, initial="name"
    )
    help_en = forms.CharField(label=_("Explanation in English"), max_length=300, required=False)
    help_es = forms.CharField(label=_("Explanation in Spanish"), max_length=300, required=False)
    item_kinds = forms.MultipleChoiceField(
        label=_("For"),
        choices=kinds_of_items,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None chosen: for all."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Only for categories"), required=False, help_text=_("None chosen: for all.")
    )
    required_at = forms.ChoiceField(
        label=_("Required"),
        choices=[("", _("never")), ("open", _("when opened")), ("resolve", _("when resolved"))],
        required=False,
    )
    in_portal = forms.BooleanField(label=_("Requesters fill it in"), required=False)
    in_filters = forms.BooleanField(label=_("Offered as a filter"), required=False)
    position = forms.IntegerField(label=_("Place in the list"), initial=0)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """Choices as lines, the parts of the source one by one."""
        found = {**super().initial_of(row), "choices": choices_as_text(row.choices)}
        found |= {f"source_{part}": row.source.get(part, "") for part in SOURCE}
        return {**found, "categories": [str(one.pk) for one in row.categories.all()]}

    def prepare(self) -> None:
        """The type of a field that cases have values of stays."""
        if self.row is not None and has_values(self.row):
            self.fields["kind"].disabled = True
        self._categories = {str(row.pk): row for row in rows_of_list("categories")}
        fields: Any = self.fields
        fields["categories"].choices = [(k, str(c)) for k, c in self._categories.items()]

    def clean(self) -> dict[str, Any]:
        """What a type cannot do without."""
        found = super().clean()
        if found.get("kind") == CustomField.Kind.EXTERNAL and not found.get("source_url"):
            self.add_error("source_url", _now("Say where the choices are read."))
        if found.get("kind") in CHOOSING and not (found.get("choices") or "").strip():
            self.add_error("choices", _now("Write at least one choice."))
        return found

    def values(self) -> dict[str, Any]:
        """What the action takes; a new field gets a key from its name."""
        found = super().values()
        source = {part: found.pop(f"source_{part}") for part in SOURCE}
        found["categories"] = [self._categories[key] for key in found["categories"]]
        if found["kind"] == CustomField.Kind.EXTERNAL:  # its choices are read, not written
            del found["choices"]
            found["source"] = {**(self.row.source if self.row else {}), **source}
        else:
            found["choices"], found["source"] = choices_from(found["choices"]), {}
        if self.row is None:
            found["key"] = _key_from(found["labels"]).replace("-", "_")
        return found


class ChecklistForm(RowForm):
    """A checklist."""

    steps = forms.CharField(
        label=_("Steps"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One on each line: English | Spanish."),
    )
    is_active = forms.BooleanField(label=_("May be chosen"), required=False, initial=True)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """Steps as lines."""
        lines = (f"{step.get('en', '')} | {step.get('es', '')}" for step in row.steps)
        return {**super().initial_of(row), "steps": "\n".join(lines)}

    def values(self) -> dict[str, Any]:
        """Steps in both languages; one that is written once is the same in both."""
        found = super().values()
        steps = []
        for line in found["steps"].splitlines():
            english, _bar, spanish = (part.strip() for part in line.partition("|"))
            if english or spanish:
                steps.append({"en": english or spanish, "es": spanish or english})
        found["steps"] = steps
        return found
