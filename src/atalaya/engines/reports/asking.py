"""What is asked of a metric: whose rows, when, which of them, and grouped by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atalaya.core.people.models import Actor, Organisation, Person, Team
from atalaya.core.work.models import Category, Channel, WorkItem
from atalaya.core.work.models.items import WorkItemQuerySet
from atalaya.engines.reports.periods import Period
from atalaya.engines.reports.ports import Timing
from atalaya.kernel.errors import Words

NONE = "none"
MOST_VALUES = 50
KINDS: Mapping[str, Words] = {
    "incident": gettext_lazy("Incidents"),
    "request": gettext_lazy("Service requests"),
}


def _named(rows: Iterable[Team | Person | Category | Organisation]) -> dict[str, str]:
    return {str(row.pk): str(row) for row in rows}


@dataclass(frozen=True)
class Dimension:
    """Something tickets are grouped and filtered by: a column, and the words for its values."""

    key: str
    name: Words
    column: str
    words: Callable[[Iterable[int]], Mapping[str, str]]
    nothing: Words = ""
    is_id: bool = True

    def labels(self, values: Iterable[str]) -> dict[str, str]:
        """Words for values as they stand in an address."""
        ids = [int(value) for value in values if value.isascii() and value.isdigit()]
        known = self.words(ids)
        return {v: str(self.nothing) if v == NONE else known.get(v, v) for v in values}


def _fixed(words: Mapping[str, Words]) -> Callable[[Iterable[int]], Mapping[str, str]]:
    return lambda _ids: {key: str(word) for key, word in words.items()}


DIMENSIONS: Mapping[str, Dimension] = {
    found.key: found
    for found in (
        Dimension("team", gettext_lazy("Team"), "team_id",
                  lambda ids: _named(Team.objects.filter(pk__in=ids)), gettext_lazy("No team")),
        Dimension("agent", gettext_lazy("Agent"), "assignee_id",
                  lambda ids: _named(Person.objects.filter(pk__in=ids)), gettext_lazy("Nobody")),
        Dimension("category", gettext_lazy("Category"), "category_id",
                  lambda ids: _named(Category.objects.filter(pk__in=ids)),
                  gettext_lazy("No category")),
        Dimension("priority", gettext_lazy("Priority"), "priority",
                  lambda _ids: {str(n): f"P{n}" for n in range(1, 5)}, is_id=False),
        Dimension("channel", gettext_lazy("Channel"), "channel",
                  _fixed({str(k): v for k, v in Channel.choices}), is_id=False),
        Dimension("kind", gettext_lazy("Kind"), "kind", _fixed(KINDS), is_id=False),
        Dimension("organisation", gettext_lazy("Organisation"), "organisation_id",
                  lambda ids: _named(Organisation.objects.filter(pk__in=ids)),
                  gettext_lazy("No organisation")),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A period, filters (values by dimension), a clock for durations, and what to group by."""

    period: Period
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    timing: Timing = Timing.ELAPSED
    by: str = "team"

    @property
    def dimension(self) -> Dimension:
        """What to group by."""
        return DIMENSIONS[self.by]

    def items(self, viewer: Actor) -> WorkItemQuerySet:
        """The items that are asked about, of those the viewer may see; never binned or merged."""
        items = WorkItem.objects.visible_to(viewer).kept()
        for key, values in self.chosen.items():
            column = DIMENSIONS[key].column
            known = [value for value in values if value != NONE]
            wanted = WorkItem.objects.filter(**{f"{column}__in": known})
            if NONE in values:
                wanted = wanted | WorkItem.objects.filter(**{f"{column}__isnull": True})
            items = items.filter(pk__in=wanted.order_by().values("pk"))
        return items

    def during(self, period: Period) -> Self:
        """The same question about another period."""
        return replace(self, period=period)

    def only(self, value: str) -> Self:
        """The same question about one group."""
        return replace(self, chosen={**self.chosen, self.by: (value,)})

    def query(self, **more: str) -> str:
        """The question as an address has it."""
        said = {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "by": self.by,
            "timing": self.timing.value,
            **more,
        }
        chosen = [(key, value) for key, values in self.chosen.items() for value in values]
        return urlencode([*said.items(), *chosen])


def chosen_in(query: QueryDict) -> dict[str, tuple[str, ...]]:
    """The filters in an address; what makes no sense is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for key, dimension in DIMENSIONS.items():
        values = [value for value in query.getlist(key)[:MOST_VALUES] if _fits(dimension, value)]
        if values:
            found[key] = tuple(dict.fromkeys(values))
    return found


def _fits(dimension: Dimension, value: str) -> bool:
    if dimension.is_id:
        return value == NONE or (value.isascii() and value.isdigit() and len(value) <= 18)
    return value in dimension.words(())


def timing_words() -> dict[str, str]:
    """The two clocks in words."""
    return {
        Timing.ELAPSED.value: _("Elapsed time"),
        Timing.BUSINESS.value: _("Business time, without pauses"),
    }
