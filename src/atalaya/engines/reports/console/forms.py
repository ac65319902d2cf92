"""The filters of measures, read from an address."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor, Organisation, Person, Team
from atalaya.core.preferences.queries import desk
from atalaya.core.work.models import Category
from atalaya.engines.reports.queries import (
    DIMENSIONS,
    Period,
    Question,
    Timing,
    between,
    chosen_in,
    named,
    timing_words,
)
from atalaya.kernel import clock

PERIODS = [
    ("last_7_days", _("Last 7 days")),
    ("last_30_days", _("Last 30 days")),
    ("this_week", _("This week")),
    ("last_week", _("Last week")),
    ("this_month", _("This month")),
    ("last_month", _("Last month")),
    ("this_quarter", _("This quarter")),
    ("last_quarter", _("Last quarter")),
    ("this_year", _("This year")),
    ("last_year", _("Last year")),
]
USUAL = "last_30_days"
MOST = 300  # choices of a list


class QuestionForm(forms.Form):
    """A period by name or by its days, filters, what to group by, which clock."""

    quiet_optional = True

    period = forms.ChoiceField(label=_("Period"), choices=[("", _("Chosen days")), *PERIODS])
    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))
    by = forms.ChoiceField(label=_("Grouped by"))
    timing = forms.ChoiceField(label=_("Clock"))

    def __init__(self, question: Question, viewer: Actor, period: str) -> None:
        initial: dict[str, Any] = {
            "period": period,
            "first": question.period.first,
            "last": question.period.last,
            "by": question.by,
            "timing": question.timing.value,
        }
        super().__init__(initial=initial, auto_id="reports-%s")
        self._choices("by", [(key, one.name) for key, one in DIMENSIONS.items()])
        self._choices("timing", list(timing_words().items()))
        for key, choices in _filters(viewer).items():
            shown = [("", _("All")), *choices]
            self.fields[key] = forms.ChoiceField(label=str(DIMENSIONS[key].name), choices=shown)
            self.initial[key] = next(iter(question.chosen.get(key, ())), "")
        for field in self.fields.values():
            field.required = False

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _filters(viewer: Actor) -> dict[str, list[tuple[str, Any]]]:
    """What each filter offers. Teams, agents and organisations only to who may see people."""
    offered: dict[str, list[tuple[str, Any]]] = {
        "team": [(str(t.pk), t) for t in Team.objects.visible_to(viewer).order_by("name")[:MOST]],
        "agent": [
            (str(p.pk), p)
            for p in Person.objects.visible_to(viewer).agents().order_by("name")[:MOST]
        ],
        "category": [
            (str(one.pk), one) for one in Category.objects.visible_to(viewer).active()[:MOST]
        ],
        "organisation": [
            (str(o.pk), o) for o in Organisation.objects.visible_to(viewer).order_by("name")[:MOST]
        ],
    }
    for key in ("priority", "channel", "kind"):
        offered[key] = list(DIMENSIONS[key].words(()).items())
    for key in ("team", "agent", "category", "organisation"):
        offered[key].append(("none", DIMENSIONS[key].nothing))
    return {key: offered[key] for key in DIMENSIONS}


def question_in(query: QueryDict) -> tuple[Question, str]:
    """The question of an address and the name of its period; what makes no sense is left out."""
    zone = ZoneInfo(desk().zone)
    chosen = {key: values for key, values in chosen_in(query).items() if values}
    by, timing = query.get("by", ""), query.get("timing", "")
    name = query.get("period", "")
    period = _days(query, zone)
    if name in dict(PERIODS) or period is None:
        name = name if name in dict(PERIODS) else USUAL
        period = named(name, clock.today(zone), zone)
    else:
        name = ""
    question = Question(
        period,
        chosen,
        Timing(timing) if timing in {one.value for one in Timing} else Timing.ELAPSED,
        by if by in DIMENSIONS else "team",
    )
    return question, name


def _days(query: QueryDict, zone: dt.tzinfo) -> Period | None:
    try:
        first = dt.date.fromisoformat(query.get("from", "") or query.get("first", ""))
        last = dt.date.fromisoformat(query.get("to", "") or query.get("last", ""))
    except ValueError:
        return None
    in_reach = dt.date(2000, 1, 1) <= first and last <= dt.date(2100, 1, 1)
    return between(first, last, zone) if in_reach and first <= last else None
