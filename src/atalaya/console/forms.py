"""Forms of the console's own pages."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Person


def zones() -> list[tuple[str, str]]:
    """Every time zone a person may choose, none first."""
    names = sorted(name for name in available_timezones() if "/" in name)
    return [("", _("As the desk")), *((name, name.replace("_", " ")) for name in names)]  # type: ignore[list-item]  # lazy words


class MeForm(forms.Form):
    """What a person decides about himself."""

    quiet_optional: ClassVar[bool] = True

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("As the browser")), *Person.Language.choices],
        required=False,
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones, required=False)

    @staticmethod
    def initial_of(person: Person) -> dict[str, Any]:
        """The present values."""
        return {"language": person.language, "zone": person.zone}
