"""The audit: every fact, newest first, by who, what and when. Nothing in it can be changed.

It lies here and not in the journal because names of people and cases are known here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from atalaya.core.identity.ports import Request
from atalaya.core.journal.queries import facts_where, names_of_facts
from atalaya.core.people.models import Person
from atalaya.core.work.queries import told
from atalaya.ui import htmx
from atalaya.ui.pages import Key, Page, page_of

KEYS = (Key("id", descending=True),)


class AuditForm(forms.Form):
    """Which facts. All of it is optional."""

    quiet_optional: ClassVar[bool] = True

    name = forms.ChoiceField(label=_("What"), required=False)
    who = forms.CharField(label=_("Who"), required=False, max_length=200)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    source = forms.CharField(label=_("From address"), required=False, max_length=64)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Everything")), *names_of_facts()]


@require_GET
def index(request: Request) -> HttpResponse:
    """Facts that fit, a page at a time."""
    request.actor.must("journal.read")
    form = AuditForm(request.GET or None)
    given = form.cleaned_data if form.is_bound and form.is_valid() else {}
    people = None
    if given.get("who"):
        seen = Person.objects.visible_to(request.actor).filter(name__icontains=given["who"])
        people = list(seen.values_list("pk", flat=True)[:500])
    facts = facts_where(
        viewer=request.actor,
        name=given.get("name", ""),
        people=people,
        since=_midnight(given.get("since")),
        until=_midnight(given.get("until"), days=1),
        source=given.get("source", ""),
    )
    page: Page[Any] = page_of(facts, KEYS, after=request.GET.get("after"))
    rows = list(zip(page.rows, told(page.rows), strict=True))
    kept = request.GET.copy()
    kept.pop("after", None)
    context = {"form": form, "rows": rows, "next": page.next, "kept": kept.urlencode()}
    return htmx.render(request, "work/console/audit.html", context)


def _midnight(day: dt.date | None, *, days: int = 0) -> dt.datetime | None:
    """When a day of the viewer's zone begins."""
    if day is None:
        return None
    start = dt.datetime.combine(day + dt.timedelta(days=days), dt.time())
    return start.replace(tzinfo=timezone.get_current_timezone())
