"""Forms of mailboxes, the mail server, filters and wording."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Team
from atalaya.core.work.models import Category
from atalaya.engines.channels.models import Mailbox, MailFilter, SmtpServer
from atalaya.ui.texts import TextsField

KEPT = _("Leave it empty to keep the one that is set.")
KINDS = [("incident", _("Incident")), ("request", _("Service request"))]


def _choices(rows: Any) -> list[tuple[str, str]]:
    return [("", "–"), *((str(row.pk), str(row)) for row in rows)]


class _Chosen(forms.Form):
    """A form with choices of teams and categories the viewer may see."""

    def __init__(self, *given: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*given, **more)
        self._teams = {str(t.pk): t for t in Team.objects.visible_to(viewer).active()}
        self._categories = {str(c.pk): c for c in Category.objects.visible_to(viewer).active()}
        self.fields["team"] = forms.ChoiceField(
            label=_("Team"), choices=_choices(self._teams.values()), required=False
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("Category"), choices=_choices(self._categories.values()), required=False
        )


class MailboxForm(_Chosen):
    """An address of the desk."""

    address = forms.EmailField(label=_("Address"), max_length=254)
    name = forms.CharField(label=_("Name of the sender"), max_length=120, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    kind = forms.ChoiceField(label=_("Its mail opens"), choices=KINDS, initial="incident")
    origin = forms.CharField(label=_("Origin noted on tickets"), max_length=80, required=False)
    unknown = forms.ChoiceField(label=_("Mail of unknown people"), choices=Mailbox.Unknown.choices)
    position = forms.IntegerField(
        label=_("Place"),
        initial=0,
        help_text=_("The lower one owns a mail to several mailboxes, where the desk decides so."),
    )
    silence_hours = forms.IntegerField(
        label=_("Hours without mail that are strange"),
        min_value=0,
        max_value=8760,
        initial=0,
        help_text=_("0: silence is no finding."),
    )
    source = forms.ChoiceField(label=_("How its mail comes"), choices=Mailbox.Source.choices)
    host = forms.CharField(label=_("IMAP server"), max_length=255, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=_("Protection"), choices=Mailbox.Security.choices)
    user = forms.CharField(label=_("User"), max_length=254, required=False)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        help_text=KEPT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    after = forms.ChoiceField(label=_("Fetched mail is"), choices=Mailbox.After.choices)
    move_to = forms.CharField(label=_("Folder to move it to"), max_length=200, required=False)
    waits_for_push = forms.BooleanField(
        label=_("Let the server tell of new mail (IDLE)"), required=False, initial=True
    )
    poll_seconds = forms.IntegerField(
        label=_("Else look every … seconds"), min_value=10, max_value=3600, initial=60
    )

    @staticmethod
    def initial_of(row: Mailbox) -> dict[str, Any]:
        """What the form shows of a mailbox."""
        names = [name for name in MailboxForm.base_fields if name != "password"]
        found = {name: getattr(row, name) for name in names}
        return found | {"team": row.team_id or "", "category": row.category_id or ""}

    def values(self) -> dict[str, Any]:
        """What the action is called with."""
        given = dict(self.cleaned_data)
        given["password"] = given["password"] or None
        given["team"] = self._teams.get(given["team"])
        given["category"] = self._categories.get(given["category"])
        return given


class ServerForm(forms.Form):
    """The server our mail leaves by."""

    host = forms.CharField(label=_("SMTP server"), max_length=255)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(
        label=_("Protection"), choices=Mailbox.Security.choices, initial="starttls"
    )
    user = forms.CharField(label=_("User"), max_length=254, required=False)
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        help_text=KEPT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    sender_address = forms.EmailField(
        label=_("Address of mails that belong to no mailbox"), required=False
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @staticmethod
    def initial_of(row: SmtpServer) -> dict[str, Any]:
        """What the form shows of the server."""
        return {n: getattr(row, n) for n in ServerForm.base_fields if n != "password"}

    def values(self) -> dict[str, Any]:
        """What the action is called with."""
        return self.cleaned_data | {"password": self.cleaned_data["password"] or None}


class FilterForm(_Chosen):
    """A rule on incoming mail."""

    mailbox = forms.ChoiceField(label=_("Mailbox"), required=False)
    field = forms.CharField(
        label=_("Header field"),
        max_length=76,
        help_text=_("Such as Subject, From or X-Priority; “text” looks at what is said."),
    )
    pattern = forms.CharField(
        label=_("Pattern"),
        max_length=300,
        strip=False,
        help_text=_("A regular expression; capitals make no difference."),
    )
    kind = forms.ChoiceField(label=_("Opens"), choices=[("", "–"), *KINDS], required=False)
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=[("", "–"), *((str(n), f"P{n}") for n in range(1, 5))],
        required=False,
    )
    tags = forms.CharField(label=_("Tags"), max_length=200, required=False)
    origin = forms.CharField(label=_("Origin"), max_length=80, required=False)
    ignore = forms.BooleanField(label=_("Record it and do nothing"), required=False)
    position = forms.IntegerField(label=_("Place"), initial=0)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *given: Any, viewer: Actor, **more: Any) -> None:
        super().__init__(*given, viewer=viewer, **more)
        self._boxes = {str(box.pk): box for box in Mailbox.objects.visible_to(viewer)}
        mailbox = self.fields["mailbox"]
        assert isinstance(mailbox, forms.ChoiceField)
        mailbox.choices = _choices(self._boxes.values())

    @staticmethod
    def initial_of(row: MailFilter) -> dict[str, Any]:
        """What the form shows of a filter."""
        sets = dict(row.sets)
        sets["tags"] = ", ".join(sets.get("tags") or ())
        sets["team"], sets["category"] = sets.pop("team_id", ""), sets.pop("category_id", "")
        names = ("field", "pattern", "position", "is_active")
        shown = {name: getattr(row, name) for name in names}
        return sets | shown | {"mailbox": row.mailbox_id or ""}

    def values(self) -> dict[str, Any]:
        """What the action is called with."""
        given = self.cleaned_data
        tags = [tag.strip() for tag in given["tags"].split(",") if tag.strip()]
        sets = {
            "kind": given["kind"],
            "priority": int(given["priority"]) if given["priority"] else None,
            "origin": given["origin"],
            "tags": tags,
            "ignore": given["ignore"],
            "team_id": int(given["team"]) if given["team"] else None,
            "category_id": int(given["category"]) if given["category"] else None,
        }
        return {
            "mailbox": self._boxes.get(given["mailbox"]),
            "field": given["field"],
            "pattern": given["pattern"],
            "position": given["position"],
            "is_active": given["is_active"],
            "sets": {name: value for name, value in sets.items() if value},
        }


class WordingForm(forms.Form):
    """An organisation's own words for a message."""

    subjects = TextsField(label=_("Subject"), required=False, max_length=300)
    bodies = TextsField(label=_("Text"), required=False, rows=8, max_length=20_000)
    is_active = forms.BooleanField(label=_("This message is sent"), required=False, initial=True)
