"""What is asked in the first steps."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from atalaya.core.calendars.models import Calendar
from atalaya.core.people.models import Person
from atalaya.core.preferences.queries import practices_shown
from atalaya.engines.channels.models import Mailbox

WEEK = (
    ("mon", _("Monday")),
    ("tue", _("Tuesday")),
    ("wed", _("Wednesday")),
    ("thu", _("Thursday")),
    ("fri", _("Friday")),
    ("sat", _("Saturday")),
    ("sun", _("Sunday")),
)
COUNTRIES = (
    ("", _("None; public holidays are working days")),
    ("AR", _("Argentina")),
    ("AT", _("Austria")),
    ("BE", _("Belgium")),
    ("BO", _("Bolivia")),
    ("BR", _("Brazil")),
    ("CA", _("Canada")),
    ("CL", _("Chile")),
    ("CO", _("Colombia")),
    ("CR", _("Costa Rica")),
    ("CU", _("Cuba")),
    ("DK", _("Denmark")),
    ("DO", _("Dominican Republic")),
    ("EC", _("Ecuador")),
    ("SV", _("El Salvador")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("GT", _("Guatemala")),
    ("HN", _("Honduras")),
    ("IE", _("Ireland")),
    ("IT", _("Italy")),
    ("MX", _("Mexico")),
    ("NL", _("Netherlands")),
    ("NI", _("Nicaragua")),
    ("PA", _("Panama")),
    ("PY", _("Paraguay")),
    ("PE", _("Peru")),
    ("PL", _("Poland")),
    ("PT", _("Portugal")),
    ("ES", _("Spain")),
    ("SE", _("Sweden")),
    ("CH", _("Switzerland")),
    ("GB", _("United Kingdom")),
    ("US", _("United States")),
    ("UY", _("Uruguay")),
    ("VE", _("Venezuela")),
)


def zones() -> list[tuple[str, str]]:
    """Time zones with a place in their name, and UTC."""
    names = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
    usual = [zone for zone in names if not zone.startswith(("Etc/", "US/", "SystemV/"))]
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in usual)]


class OrganisationForm(forms.Form):
    """Whose desk it is and how it speaks."""

    name = forms.CharField(label=_("Organisation"), max_length=200)
    desk = forms.CharField(
        label=_("Name of the desk"),
        max_length=120,
        help_text=_("It heads pages and mails: “IT help desk”, “Soporte de TI”."),
    )
    domains = forms.CharField(
        label=_("Mail domains of your people"),
        max_length=1000,
        required=False,
        help_text=_("For example: example.org, example.com. Who writes from there belongs to you."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Person.Language.choices,
        help_text=_("For people whose browser says nothing; everybody may choose another."),
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones)

    def clean_domains(self) -> list[str]:
        given = self.cleaned_data["domains"].replace(";", ",").replace(" ", ",")
        return [part.strip().lstrip("@").lower() for part in given.split(",") if part.strip()]


class AdministratorForm(forms.Form):
    """The first administrator."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    address = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        strip=False,
        help_text=_("At least 12 characters. Several words are easier to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Password, once more"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "again" in cleaned and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("The two do not match."))
        return cleaned


def _server(label: Any, *, port: int, security: str) -> dict[str, forms.Field]:
    return {
        "host": forms.CharField(label=label, max_length=255, required=False),
        "port": forms.IntegerField(
            label=_("Port"), min_value=1, max_value=65535, initial=port, required=False
        ),
        "security": forms.ChoiceField(
            label=_("Protection"),
            choices=Mailbox.Security.choices,
            initial=security,
            required=False,
        ),
        "user": forms.CharField(
            label=_("User"),
            max_length=254,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        ),
        "password": forms.CharField(
            label=_("Password"),
            max_length=1024,
            strip=False,
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        ),
    }


class MailForm(forms.Form):
    """Where mail for the desk comes from and how its answers leave."""

    quiet_optional: ClassVar[bool] = True
    BUILT_IN, OWN = "built_in", "own"

    address = forms.CharField(
        label=_("Address of the desk"),
        max_length=254,
        help_text=_("What people write to becomes a ticket: help@example.org."),
    )
    how = forms.ChoiceField(
        choices=[(BUILT_IN, _("The built-in mailbox")), (OWN, _("Our mail server"))]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label, port, security in (
            ("imap", _("IMAP server, for what comes in"), 993, Mailbox.Security.TLS),
            ("smtp", _("SMTP server, for what goes out"), 587, Mailbox.Security.STARTTLS),
        ):
            for name, field in _server(label, port=port, security=security).items():
                self.fields[f"{kind}_{name}"] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("how") == self.OWN:
            for name in ("imap_host", "imap_port", "smtp_host", "smtp_port"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("This is needed to reach your mail server."))
        return cleaned

    def server(self, kind: str) -> dict[str, Any]:
        """What was typed for ``imap`` or ``smtp``, by the names of the model."""
        cleaned = self.cleaned_data
        names = ("host", "port", "security", "user")
        return {name: cleaned[f"{kind}_{name}"] for name in names}


class TeamForm(forms.Form):
    """The first team and when it works."""

    name = forms.CharField(label=_("Name of the first team"), max_length=120)
    join = forms.BooleanField(label=_("I work tickets in this team"), required=False)
    days = forms.MultipleChoiceField(
        label=_("Open on"), choices=WEEK, widget=forms.CheckboxSelectMultiple
    )
    opens = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}))
    country = forms.ChoiceField(label=_("Public holidays of"), choices=COUNTRIES, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("It closes before it opens."))
        return cleaned

    @property
    def week(self) -> dict[str, list[list[str]]]:
        """The hours as a calendar keeps them."""
        cleaned = self.cleaned_data
        hours = [[_clock(cleaned["opens"]), _clock(cleaned["closes"])]]
        return {day: hours for day, _label in WEEK if day in cleaned["days"]}

    @staticmethod
    def initial_of(calendar: Calendar) -> dict[str, Any]:
        """The present hours, as far as they are the same every day."""
        days = [day for day, _label in WEEK if calendar.week.get(day)]
        first = calendar.week[days[0]][0] if days else ["09:00", "18:00"]
        return {
            "days": days,
            "opens": first[0],
            "closes": first[1],
            "country": calendar.country,
        }


def _clock(time: dt.time) -> str:
    return time.strftime("%H:%M")


class PracticesForm(forms.Form):
    """What the desk does."""

    HELP, SERVICE, PICK = "help", "service", "pick"

    kind = forms.ChoiceField(
        choices=[(HELP, _("Help desk")), (SERVICE, _("Service desk")), (PICK, _("I pick"))]
    )
    picked = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picked = self.fields["picked"]
        assert isinstance(picked, forms.MultipleChoiceField)
        picked.choices = [(one.key, one.label) for one in practices_shown()]
