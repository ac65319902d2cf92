"""The shapes of what is typed when signing in and on one's account."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.queries import KeyScope
from atalaya.core.people.models import Person

PASSWORD = 1024  # characters; longer ones would only cost time to hash


def _password(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=PASSWORD,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class AddressForm(forms.Form):
    """Whose mail should the link go to?"""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class SignInForm(AddressForm):
    """Address and password."""

    password = _password(_("Password"), autocomplete="current-password")


class NewPasswordForm(forms.Form):
    """A password that is typed twice."""

    password = _password(
        _("New password"),
        autocomplete="new-password",
        help_text=_("At least 12 characters. Several words are easier to remember."),
    )
    again = _password(_("New password, once more"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.get("again") and "again" in cleaned:
            self.add_error("again", _("The two do not match."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The same, by somebody who has one and knows it."""

    present = _password(_("Present password"), autocomplete="current-password")
    field_order = ("present", "password", "again")


class PresentPasswordForm(forms.Form):
    """Proving again that it is oneself."""

    present = _password(_("Password"), autocomplete="current-password")


class CodeForm(forms.Form):
    """A code from an app, or one of the recovery codes."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class PasskeyForm(forms.Form):
    """What the browser made of our challenge; filled in by a script."""

    credential = forms.JSONField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name of the passkey"), max_length=80, required=False)


class PasskeyNameForm(forms.Form):
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name of the passkey"), max_length=80)


def _zones() -> list[tuple[str, Any]]:
    return [("", _("That of the desk")), *((z, z.replace("_", " ")) for z in zones())]


def zones() -> list[str]:
    """Time zones people live in, by name."""
    places = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe")
    also = ("Indian", "Pacific")
    known = zoneinfo.available_timezones()
    return ["UTC", *sorted(z for z in known if z.split("/")[0] in (*places, *also))]


class LookForm(forms.Form):
    """How the desk speaks to a person."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser says")), *Person.Language.choices],
    )
    zone = forms.ChoiceField(label=_("Time zone"), required=False, choices=_zones)


class KeyForm(forms.Form):
    """An API key: what for, what it may do, how long."""

    label = forms.CharField(
        label=_("What is it for?"), max_length=120, help_text=_("For example: inventory script.")
    )
    days = forms.IntegerField(label=_("Days it is good for"), min_value=1, initial=90)
    scope = forms.MultipleChoiceField(
        label=_("What may it do?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself. Choose as little as it needs."),
    )

    def __init__(self, *args: Any, scopes: list[KeyScope], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope, days = self.fields["scope"], self.fields["days"]
        assert isinstance(scope, forms.MultipleChoiceField)
        assert isinstance(days, forms.IntegerField)
        scope.choices = [(one.name, one.sentence) for one in scopes]
        days.max_value = most
        days.initial = min(90, most)
