"""The filters of the queue: read from an address, written back into one, put on a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from atalaya.core.people.models import Actor
from atalaya.core.work.models import Channel, StateCategory, Turn, WorkItem
from atalaya.core.work.models.items import WorkItemQuerySet
from atalaya.kernel.text import clean, one_line

NOBODY, ME = "none", "me"
IDS = ("team", "assignee", "category", "service", "requester", "organisation")
CODES: Mapping[str, frozenset[str]] = {
    "state": frozenset(StateCategory.values),
    "turn": frozenset(Turn.values),
    "channel": frozenset(Channel.values),
    "kind": frozenset({"incident", "request"}),
    "priority": frozenset({"1", "2", "3", "4"}),
}
NAMES = (*CODES, *IDS, "tag")


@dataclass(frozen=True)
class Filters:
    """What is chosen, by filter name; several values of one filter mean any of them."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """The filters in an address; what makes no sense is left out."""
        chosen = {}
        for name in NAMES:
            said = ",".join(query.getlist(name)[:20]) if name != "tag" else ""
            given = said.split(",")[:20] if said else query.getlist(name)[:20]
            values = tuple(dict.fromkeys(value for value in given if _fits(name, value)))
            if values:
                chosen[name] = values
        return cls(one_line(query.get("q", ""), 100), chosen)

    def of(self, name: str) -> tuple[str, ...]:
        """The values chosen for one filter."""
        return self.chosen.get(name, ())

    def __bool__(self) -> bool:
        return bool(self.words or self.chosen)

    def __len__(self) -> int:
        return len(self.chosen) + bool(self.words)

    def without(self, name: str, value: str = "") -> Self:
        """These filters less one, or less one of its values."""
        if name == "q":
            return replace(self, words="")
        rest = tuple(v for v in self.of(name) if value and v != value)
        others = {key: values for key, values in self.chosen.items() if key != name}
        return replace(self, chosen={**others, name: rest} if rest else others)

    def with_(self, name: str, value: str) -> Self:
        """These filters with one set to a value."""
        return replace(self, chosen={**self.chosen, name: (value,)})

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values as an address has them."""
        found = [("q", self.words)] if self.words else []
        return found + [(name, value) for name, values in self.chosen.items() for value in values]

    def query(self, **more: str) -> str:
        """The query string of an address with these filters; empty values are left out."""
        return urlencode([*((k, v) for k, v in more.items() if v), *self.pairs()])

    def put_on(self, items: WorkItemQuerySet, viewer: Actor) -> WorkItemQuerySet:
        """The items that pass."""
        for name, values in self.chosen.items():
            items = items.filter(_condition(name, values, viewer))
        if self.words:
            items = items.filter(_said(self.words))
        return items


def _fits(name: str, value: str) -> bool:
    if name in CODES:
        return value in CODES[name]
    if name == "tag":
        return 0 < len(value) <= 60 and clean(value) == value
    return value == NOBODY or (name == "assignee" and value == ME) or _is_id(value)


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _condition(name: str, values: Iterable[str], viewer: Actor) -> Q:
    if name in CODES:
        column = {"state": "category_of_state"}.get(name, name)
        return Q(**{f"{column}__in": list(values)})
    if name == "tag":
        return Q(
            pk__in=WorkItem.tags.through.objects.filter(tag__name__in=values).values("workitem")
        )
    ids = [int(value) for value in values if _is_id(value)]
    if ME in values and viewer.person_id is not None:
        ids.append(viewer.person_id)
    found = Q(**{f"{name}__in": ids})
    if name == "category":
        found |= Q(category__parent__in=ids)
    return found | Q(**{f"{name}__isnull": True}) if NOBODY in values else found


def _said(words: str) -> Q:
    """A number finds the item; other words are looked for in subjects."""
    number = words.rpartition("-")[2].lstrip("#").strip()
    found = Q(subject__icontains=words)
    return found | Q(number=int(number)) if _is_id(number) else found
