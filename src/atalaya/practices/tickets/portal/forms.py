"""What a requester fills in. Limits are those of the actions; here is only the shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from atalaya.core.work.models import Category, CustomField
from atalaya.kernel.languages import say
from atalaya.practices.tickets.portal.portal_fields import field_of, key_of
from atalaya.ui.forms import FilesField

LONGEST = 100_000  # characters a person may write at once
WHERE = {"autocomplete": "off"}


class FilesMixin(forms.Form):
    """Files to send along, and those kept from a try that did not succeed."""

    attachments = FilesField(
        label=_("Pictures or files"),
        required=False,
        help_text=_("A photo of the message helps a lot. You can also paste it into the text."),
    )


class ReportForm(FilesMixin):
    """A problem or a wish, in at most three fields and a choice."""

    subject = forms.CharField(
        max_length=255,
        widget=forms.TextInput(attrs={**WHERE, "maxlength": 255}),
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    text = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        categories: list[Category],
        fields: list[CustomField],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        incident = kind == "incident"
        subject, text = self.fields["subject"], self.fields["text"]
        subject.label = _("What happens?") if incident else _("What do you need?")
        subject.widget.attrs["placeholder"] = (
            _("For example: the printer on the second floor does not print")
            if incident
            else _("For example: access to the shared folder of Sales")
        )
        text.label = _("Details")
        text.help_text = (
            _("Since when, what the screen says, what you tried, who else has it.")
            if incident
            else _("What it is for, and by when you need it.")
        )
        if categories:
            self.fields["category"] = forms.TypedChoiceField(
                label=_("What is it about?"),
                choices=[
                    ("", _("I do not know")),
                    *((row.pk, say(row.names)) for row in categories),
                ],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                initial="",
            )
        self.custom = {field.key: field for field in fields}
        for field in fields:
            found = field_of(field)
            if found is not None:
                self.fields[key_of(field)] = found

    def custom_values(self) -> dict[str, Any]:
        """What was given for the organisation's own fields."""
        return {
            key: self.cleaned_data.get(key_of(field))
            for key, field in self.custom.items()
            if key_of(field) in self.fields
        }


class AnswerForm(FilesMixin):
    """What somebody adds to his ticket: words or files, so neither is marked as optional."""

    quiet_optional = True

    text = forms.CharField(
        label=_("Your message"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReopenForm(AnswerForm):
    """Why a ticket is not solved after all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("What still does not work?")
