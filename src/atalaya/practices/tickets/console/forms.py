"""Forms of tickets in the console: each is the shape of one action's input."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxValueValidator
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.services.models import Service
from atalaya.core.work.models import Link, Participant, WorkItem
from atalaya.core.work.queries import categories_in_use, checklists_in_use, item_numbered
from atalaya.kernel.errors import NotFound
from atalaya.practices.tickets.models import Ticket
from atalaya.ui.api import LATEST
from atalaya.ui.forms import FilesField, Picker, picked

Choices = list[tuple[str, str]]


def no_choice(words: str, rows: Any) -> Choices:
    """Rows as choices, after one that chooses nothing."""
    return [("", words), *((str(row.pk), str(row)) for row in rows)]


def teams_for(viewer: Actor) -> list[Team]:
    """Teams that take work, by tier."""
    return list(Team.objects.visible_to(viewer).active().order_by("tier", "name"))


def services_for(viewer: Actor) -> list[Service]:
    """Services in use."""
    return list(Service.objects.visible_to(viewer).active())


class TextForm(forms.Form):
    """What is written in the composer."""

    kind = forms.ChoiceField(choices=[("reply", ""), ("note", ""), ("call", "")])
    text = forms.CharField(required=False, strip=False)
    attachments = FilesField(required=False)
    then = forms.CharField(required=False, max_length=40)
    minutes = forms.IntegerField(required=False, min_value=0, max_value=1440)
    public = forms.BooleanField(required=False)
    to_children = forms.BooleanField(required=False)
    seen = forms.IntegerField(required=False)


class ResolveForm(forms.Form):
    """The solution, and what to do with what is still open."""

    quiet_optional: ClassVar[bool] = True

    answer = forms.CharField(
        label=_("Solution"),
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
        required=False,
        help_text=_("The requester reads it as the last answer."),
    )
    attachments = FilesField(label=_("Files"), required=False)
    with_children = forms.BooleanField(label=_("Resolve open child tickets too"), required=False)
    tasks_may_be_open = forms.BooleanField(
        label=_("Resolve although steps are open"), required=False
    )


class HandOverForm(forms.Form):
    """Another team, with a note."""

    team = forms.ChoiceField(label=_("Team"))
    note = forms.CharField(
        label=_("Note for the team"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, and what is needed."),
    )

    def __init__(self, *args: Any, viewer: Actor, present: Team | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        rows = [team for team in teams_for(viewer) if team != present]
        self._teams = {str(team.pk): team for team in rows}
        shown = [(key, f"{team} · {team.get_tier_display()}") for key, team in self._teams.items()]
        self._field("team").choices = [("", "—"), *shown]

    def _field(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found

    def clean_team(self) -> Team:
        """The chosen team."""
        return self._teams[self.cleaned_data["team"]]


class SnoozeForm(forms.Form):
    """Until when a ticket is put aside."""

    until = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        validators=[MaxValueValidator(LATEST)],
    )


class PromiseForm(forms.Form):
    """When we get back, and about what."""

    due_at = forms.DateTimeField(
        label=_("By when"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        validators=[MaxValueValidator(LATEST)],
    )
    note = forms.CharField(label=_("What for"), max_length=255, required=False)


class ItemField(forms.CharField):
    """Another case, by its number; the picker finds it by number or words."""

    def __init__(self, **more: Any) -> None:
        widget = Picker(src=reverse_lazy("console:tickets:options"), free=True)  # type: ignore[arg-type]  # lazy address
        super().__init__(widget=widget, **more)


class WithOther(forms.Form):
    """A form that names another case the viewer may see."""

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer

    def clean_other(self) -> WorkItem:
        """The case that was named."""
        try:
            return item_numbered(self.cleaned_data["other"], viewer=self.viewer)
        except NotFound as missing:
            raise forms.ValidationError(
                _now("There is no such ticket, or you may not see it.")
            ) from missing


class MergeForm(WithOther):
    """Which ticket this one becomes part of."""

    other = ItemField(label=_("Merge into"), help_text=_("Number or words of its subject."))


class LinkForm(WithOther):
    """What this ticket is to another."""

    kind = forms.ChoiceField(label=_("This ticket is"))
    other = ItemField(label=_("Ticket"), help_text=_("Number or words of its subject."))

    KINDS: ClassVar[list[tuple[str, Any]]] = [
        (Link.Kind.RELATES_TO.value, _("related to")),
        (Link.Kind.PARENT_OF.value, _("the parent of")),
        ("child_of", _("a child of")),
        (Link.Kind.DUPLICATE_OF.value, _("a duplicate of")),
        (Link.Kind.CAUSED_BY.value, _("caused by")),
        (Link.Kind.BLOCKS.value, _("blocking")),
        (Link.Kind.FIXES.value, _("the fix for")),
    ]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = self.KINDS


class SplitForm(forms.Form):
    """What the new ticket is about."""

    subject = forms.CharField(label=_("Subject of the new ticket"), max_length=255)


class PersonForm(forms.Form):
    """Somebody to take part, and how."""

    person = forms.CharField(label=_("Person"))
    kind = forms.ChoiceField(
        label=_("Takes part as"), choices=Participant.Kind.choices, initial=Participant.Kind.COPY
    )

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        self.fields["person"].widget = person_picker(viewer)

    def clean_person(self) -> Person:
        """The chosen person."""
        return chosen_person(self.cleaned_data["person"], self.viewer)


class TaskForm(forms.Form):
    """A step."""

    title = forms.CharField(label=_("New step"), max_length=255)


class NewTicketForm(forms.Form):
    """A ticket opened by an agent for somebody."""

    requester = forms.CharField(label=_("Requester"), max_length=300)
    subject = forms.CharField(label=_("Subject"), max_length=255)
    text = forms.CharField(
        label=_("What happens"), widget=forms.Textarea(attrs={"rows": 6}), required=False
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Ticket.Kind.choices,
        widget=forms.RadioSelect,
        initial=Ticket.Kind.INCIDENT,
    )
    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[("phone", _("Phone")), ("walk_up", _("In person")), ("chat", _("Chat")),
                 ("console", _("Console"))],
        initial="phone",
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    impact = forms.ChoiceField(
        label=_("Impact"),
        choices=[("1", _("Many or all")), ("2", _("Several")), ("3", _("One person"))],
        initial="3",
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        choices=[("1", _("Cannot work")), ("2", _("Works with difficulty")), ("3", _("Can wait"))],
        initial="2",
    )
    attachments = FilesField(label=_("Files"), required=False)
    mine = forms.BooleanField(label=_("Assign it to me"), required=False)

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        self.fields["requester"].widget = person_picker(viewer, new=True)
        self.fields["subject"].widget.attrs["autocomplete"] = "off"
        self._categories = {str(row.pk): row for row in categories_in_use()}
        self._teams = {str(row.pk): row for row in teams_for(viewer)}
        for name, rows, words in (
            ("category", self._categories, _now("Not known yet")),
            ("team", self._teams, _now("By the rules")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = no_choice(words, rows.values())

    def clean(self) -> dict[str, Any]:
        """Ids become the rows they name."""
        found = super().clean() or self.cleaned_data
        found["category"] = self._categories.get(found.get("category", ""))
        found["team"] = self._teams.get(found.get("team", ""))
        for name in ("impact", "urgency"):
            found[name] = int(found.get(name) or 2)
        return found


class ChecklistForm(forms.Form):
    """Which checklist to put on the ticket."""

    checklist = forms.ChoiceField(label=_("Checklist"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.rows = {str(row.pk): row for row in checklists_in_use()}
        field = self.fields["checklist"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, str(row)) for key, row in self.rows.items()]


def person_picker(viewer: Actor, *, new: bool = False) -> Picker:
    """The widget that finds people; with ``new`` it also offers to add whoever is not there."""
    address = reverse("console:people:options") + ("?new=1" if new else "")

    def names(value: str) -> str:
        if value.startswith("new:"):
            return value.removeprefix("new:")
        person = Person.objects.visible_to(viewer).filter(pk=picked(value)).first()
        return str(person) if person else ""

    return Picker(src=address, names=names, attrs={"placeholder": _now("Name, address or phone")})


def chosen_person(value: str, viewer: Actor) -> Person:
    """The person a picker named, if the viewer may see him."""
    found = Person.objects.visible_to(viewer).present().filter(pk=picked(value)).first()
    if found is None:
        raise forms.ValidationError(_now("Choose somebody from the list."))
    return found
