"""Forms of people, organisations and teams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from atalaya.core.calendars.queries import calendars_in_use
from atalaya.core.people.models import Actor, Organisation, Person, Team
from atalaya.core.people.queries import roles_there_are, sites_in_use
from atalaya.ui.forms import Picker, picked


def lines_of(text: str) -> list[str]:
    """What stands on each line, or between commas."""
    return [part.strip() for line in text.splitlines() for part in line.split(",") if part.strip()]


def picker(viewer: Actor, table: Any, address: str, hint: str) -> Picker:
    """A widget that finds rows of a table the viewer may see."""

    def name(value: str) -> str:
        row = table.objects.visible_to(viewer).filter(pk=picked(value)).first()
        return str(row) if row else ""

    return Picker(src=reverse(address), names=name, attrs={"placeholder": hint})


def row_of(table: Any, viewer: Actor) -> Callable[[str], Any]:
    """From what a picker sent to the row, or None for nothing."""

    def read(value: str) -> Any:
        if not value:
            return None
        row = table.objects.visible_to(viewer).filter(pk=picked(value)).first()
        if row is None:
            raise forms.ValidationError(_now("Choose from the list."))
        return row

    return read


class PersonForm(forms.Form):
    """What is known of a person."""

    name = forms.CharField(label=_("Name"), max_length=200)
    addresses = forms.CharField(
        label=_("Mail addresses"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("One on each line; we write to the first."),
    )
    phones = forms.CharField(
        label=_("Phones"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    organisation = forms.CharField(label=_("Organisation"), required=False)
    title = forms.CharField(label=_("Position"), max_length=120, required=False)
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    site = forms.ChoiceField(label=_("Site"), required=False)
    manager = forms.CharField(label=_("Manager"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As the desk")), *Person.Language.choices],
        required=False,
    )  # fmt: skip
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    external_id = forms.CharField(
        label=_("External id"),
        max_length=200,
        required=False,
        help_text=_("How a directory or another system names this person."),
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    is_vip = forms.BooleanField(label=_("Important person"), required=False)
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        fields: Any = self.fields
        fields["organisation"].widget = picker(
            viewer, Organisation, "console:people:organisation_options", _now("Name")
        )
        fields["manager"].widget = picker(viewer, Person, "console:people:options", _now("Name"))
        self._sites = {str(site.pk): site for site in sites_in_use()}
        fields["site"].choices = [("", "—"), *((key, str(s)) for key, s in self._sites.items())]
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        fields["zone"].choices = [("", _now("As the desk")), *((z, z) for z in zones)]

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        """The present values."""
        addresses = sorted(person.addresses.all(), key=lambda one: (not one.is_primary, one.pk))
        plain = ("name", "title", "department", "language", "zone", "external_id", "note",
                 "is_vip", "is_active")  # fmt: skip
        return {
            **{name: getattr(person, name) for name in plain},
            "addresses": "\n".join(one.value for one in addresses),
            "phones": "\n".join(one.value for one in person.phones.all()),
            "organisation": person.organisation_id or "",
            "site": person.site_id or "",
            "manager": person.manager_id or "",
        }

    def clean_addresses(self) -> list[str]:
        """Every address, checked."""
        found = lines_of(self.cleaned_data["addresses"])
        for address in found:
            validate_email(address)
        return found

    def clean_phones(self) -> list[str]:
        """Every phone."""
        return lines_of(self.cleaned_data["phones"])

    def clean_organisation(self) -> Organisation | None:
        """The row that was chosen."""
        row: Organisation | None = row_of(Organisation, self.viewer)(
            self.cleaned_data["organisation"]
        )
        return row

    def clean_manager(self) -> Person | None:
        """The row that was chosen."""
        row: Person | None = row_of(Person, self.viewer)(self.cleaned_data["manager"])
        return row

    def clean_site(self) -> Any:
        """The row that was chosen."""
        return self._sites.get(self.cleaned_data["site"])


class OrganisationForm(forms.Form):
    """What is known of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=200)
    parent = forms.CharField(label=_("Part of"), required=False)
    domains = forms.CharField(
        label=_("Mail domains"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("Whoever writes from one of these belongs here."),
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        self.fields["parent"].widget = picker(
            viewer, Organisation, "console:people:organisation_options", _now("Name")
        )

    def clean_domains(self) -> list[str]:
        """Every domain."""
        return lines_of(self.cleaned_data["domains"])

    def clean_parent(self) -> Organisation | None:
        """The row that was chosen."""
        row: Organisation | None = row_of(Organisation, self.viewer)(self.cleaned_data["parent"])
        return row


class MergeForm(forms.Form):
    """Into whom."""

    into = forms.CharField(label=_("Keep this person"))

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        self.fields["into"].widget = picker(
            viewer, Person, "console:people:options", _now("Name, address or phone")
        )

    def clean_into(self) -> Person:
        """The row that was chosen."""
        row: Person = row_of(Person, self.viewer)(self.cleaned_data["into"])
        return row


class TeamForm(forms.Form):
    """A team."""

    name = forms.CharField(label=_("Name"), max_length=120)
    tier = forms.TypedChoiceField(label=_("Tier"), choices=Team.Tier.choices, coerce=int)
    description = forms.CharField(label=_("What it does"), max_length=300, required=False)
    calendar = forms.ChoiceField(
        label=_("Calendar"),
        required=False,
        help_text=_("When the team works. Without one, that of the desk."),
    )
    sender_name = forms.CharField(
        label=_("Name on its mails"),
        max_length=120,
        required=False,
        help_text=_("Empty: the name of the desk."),
    )
    signature_en = forms.CharField(
        label=_("Signature in English"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    signature_es = forms.CharField(
        label=_("Signature in Spanish"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    is_active = forms.BooleanField(label=_("Takes work"), required=False, initial=True)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._calendars = {str(one.pk): one for one in calendars_in_use()}
        field: Any = self.fields["calendar"]
        named = [(key, str(one)) for key, one in self._calendars.items()]
        field.choices = [("", _now("As the desk")), *named]

    @staticmethod
    def initial_of(team: Team) -> dict[str, Any]:
        """The present values."""
        plain = ("name", "tier", "description", "sender_name", "is_active")
        return {
            **{name: getattr(team, name) for name in plain},
            "calendar": team.calendar_id or "",
            "signature_en": team.signature.get("en", ""),
            "signature_es": team.signature.get("es", ""),
        }

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        found = dict(self.cleaned_data)
        found["calendar"] = self._calendars.get(found["calendar"])
        texts = {code: found.pop(f"signature_{code}") for code in ("en", "es")}
        found["signature"] = {code: text for code, text in texts.items() if text.strip()}
        return found


class MemberForm(forms.Form):
    """Somebody for a team."""

    person = forms.CharField(label=_("Person"))
    lead = forms.BooleanField(label=_("Leads the team"), required=False)

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.viewer = viewer
        self.fields["person"].widget = picker(
            viewer, Person, "console:people:options", _now("Name, address or phone")
        )

    def clean_person(self) -> Person:
        """The row that was chosen."""
        row: Person = row_of(Person, self.viewer)(self.cleaned_data["person"])
        return row


class GrantForm(forms.Form):
    """A role, and where it holds."""

    role = forms.ChoiceField(label=_("Role"))
    team = forms.ChoiceField(label=_("In the team"), required=False)

    quiet_optional: ClassVar[bool] = True

    def __init__(self, *args: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.roles = {str(role.pk): role for role in roles_there_are()}
        self.teams = {str(team.pk): team for team in Team.objects.visible_to(viewer).active()}
        fields: Any = self.fields
        fields["role"].choices = [(key, str(role)) for key, role in self.roles.items()]
        fields["team"].choices = [
            ("", _now("everywhere")),
            *((key, team.name) for key, team in self.teams.items()),
        ]


class ImportForm(forms.Form):
    """A table of people."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        help_text=_(
            "The first line names the columns: name, mail, phone, position, department, "
            "organisation, language, vip, manager, external id."
        ),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
