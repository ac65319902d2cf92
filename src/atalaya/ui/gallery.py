"""The style guide at `/ui/`: every component, with its examples, in every theme."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from atalaya.kernel import clock
from atalaya.ui import htmx
from atalaya.ui.jinja import HERE, THEMES


class Sample(forms.Form):
    """A form with one field of each kind."""

    subject = forms.CharField(label=_("Subject"), help_text=_("One line that says what is wrong."))
    team = forms.ChoiceField(
        label=_("Team"), choices=[("", "—"), ("1", _("Service desk")), ("2", _("Networks"))]
    )
    text = forms.CharField(label=_("Description"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("incident", _("Incident")), ("request", _("Service request"))],
        widget=forms.RadioSelect,
        initial="incident",
    )
    vip = forms.BooleanField(label=_("Important person"), required=False)
    due = forms.DateTimeField(
        label=_("Due"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Every component; `?theme=` and `?text=large` choose one look, otherwise the viewer's own."""
    now = clock.now()
    theme = request.GET.get("theme", "")
    wrong = Sample({"subject": ""}, auto_id="wrong_%s")
    wrong.full_clean()
    context = {
        "components": sorted(
            path.parent.name for path in (HERE / "components").glob("*/examples.html")
        ),
        "looks": [theme] if theme in THEMES else ["light", "dark", "contrast"],
        "large": request.GET.get("text") == "large",
        "only": request.GET.get("only", ""),
        "form": Sample(),
        "wrong": wrong,
        "found": _matches(""),
        "moments": SimpleNamespace(
            now=now, past=now - dt.timedelta(minutes=42), future=now + dt.timedelta(hours=3)
        ),
    }
    return htmx.render(request, "ui/gallery.html", context)


@require_GET
def options(request: HttpRequest) -> HttpResponse:
    """Matches for the combobox on show."""
    context = {"found": _matches(request.GET.get("q", "").strip().lower())}
    return htmx.render(request, "components/combobox/options.html", context)


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """The choices of the chip on show."""
    return htmx.render(request, "ui/gallery_menu.html")


def _matches(words: str) -> list[SimpleNamespace]:
    known = {"en": "English", "es": "Español", "pt": "Português", "fr": "Français"}
    return [
        SimpleNamespace(value=code, text=name, about=code, icon="language")
        for code, name in known.items()
        if words in name.lower()
    ]
