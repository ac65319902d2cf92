"""The queue: open work in views, with filters, orders, groups and counts. Reading only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor
from atalaya.core.work.models import StateCategory, Turn, WorkItem
from atalaya.core.work.models.items import PREFIXES, WorkItemQuerySet
from atalaya.kernel.errors import Words
from atalaya.kernel.languages import say
from atalaya.pages.filters import Filters
from atalaya.practices.tickets.queries import state_words
from atalaya.ui.pages import Key, Page, page_of

Items = WorkItemQuerySet
MOST_COUNTED = 1000
SIZE = 50
IN_A_GROUP = 10


@dataclass(frozen=True)
class View:
    """A named part of the work. ``order`` is what it is sorted by unless the address says else."""

    key: str
    label: Words
    icon: str
    narrow: Callable[[Items, Actor], Items]
    order: str = "updated"
    permission: str = "work.see"


def _mine(items: Items, viewer: Actor) -> Items:
    return items.open().filter(assignee=viewer.person)


def _free(items: Items, viewer: Actor) -> Items:
    free = items.open().filter(assignee__isnull=True)
    if not viewer.team_ids:
        return free
    return free.filter(team__in=viewer.team_ids) | free.filter(team__isnull=True)


def _teams(items: Items, viewer: Actor) -> Items:
    return items.open().filter(team__in=viewer.team_ids)


def _open(items: Items, _viewer: Actor) -> Items:
    return items.open()


def _watched(items: Items, viewer: Actor) -> Items:
    return items.kept().filter(participants__person=viewer.person)


def _resolved(items: Items, _viewer: Actor) -> Items:
    done = [StateCategory.RESOLVED, StateCategory.CLOSED]
    return items.filter(category_of_state__in=done, binned_as="")


def _all(items: Items, _viewer: Actor) -> Items:
    return items.filter(binned_as="")


def _binned(place: str) -> Callable[[Items, Actor], Items]:
    return lambda items, _viewer: items.filter(binned_as=place)


VIEWS: Mapping[str, View] = {
    view.key: view
    for view in (
        View("mine", _("Mine"), "user-check", _mine, "priority"),
        View("free", _("Unassigned"), "user-question", _free, "priority"),
        View("teams", _("My teams"), "users-group", _teams),
        View("open", _("All open"), "inbox", _open),
        View("watched", _("Followed"), "eye", _watched),
        View("resolved", _("Done"), "circle-check", _resolved),
        View("all", _("All"), "list", _all),
        View("spam", _("Spam"), "bug", _binned("spam"), permission="work.see_bin"),
        View("bin", _("Bin"), "trash", _binned("bin"), permission="work.see_bin"),
    )
}
DEFAULT = "mine"


@dataclass(frozen=True)
class Order:
    """A way to sort, by keys that are never null."""

    label: Words
    keys: tuple[Key, ...]


ORDERS: Mapping[str, Order] = {
    "updated": Order(
        _("Last activity"),
        (Key("updated_at", "datetime", descending=True), Key("id", descending=True)),
    ),
    "priority": Order(_("Priority"), (Key("priority"), Key("id"))),
    "newest": Order(
        _("Newest"), (Key("created_at", "datetime", descending=True), Key("id", descending=True))
    ),
    "oldest": Order(_("Oldest"), (Key("created_at", "datetime"), Key("id"))),
}

GROUPS: Mapping[str, tuple[Words, str]] = {
    "team": (_("Team"), "team__name"),
    "assignee": (_("Assignee"), "assignee__name"),
    "priority": (_("Priority"), "priority"),
    "state": (_("State"), "category_of_state"),
    "requester": (_("Requester"), "requester__name"),
}

COLUMNS = (
    "id", "number", "kind", "subject", "preview", "state", "category_of_state", "turn", "priority",
    "requester__name", "requester__is_vip", "team__name", "assignee__name", "assignee_id",
    "pending_reason__names", "updated_at", "created_at", "last_message_at", "last_answer_at",
    "is_confidential", "wakes_at", "service__names",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What a line of the queue shows; strings are made once, here."""

    id: int
    kind: str
    reference: str
    subject: str
    preview: str
    state: str
    category: str
    turn: str
    priority: int
    requester: str
    is_vip: bool
    team: str
    assignee: str
    waits_for: str
    service: str
    updated_at: dt.datetime
    created_at: dt.datetime
    is_unanswered: bool
    is_confidential: bool


def row_of(values: Mapping[str, Any], words: Mapping[str, str]) -> Row:
    """A line from a row of values; ``words`` names the states."""
    said, answered = values["last_message_at"], values["last_answer_at"]
    return Row(
        id=values["id"],
        kind=values["kind"],
        reference=f"{PREFIXES.get(values['kind'], 'ITM')}-{values['number']}",
        subject=values["subject"],
        preview=values["preview"],
        state=words.get(values["state"], values["state"]),
        category=values["category_of_state"],
        turn=values["turn"],
        priority=values["priority"],
        requester=values["requester__name"],
        is_vip=values["requester__is_vip"],
        team=values["team__name"] or "",
        assignee=values["assignee__name"] or "",
        waits_for=say(values["pending_reason__names"]),
        service=say(values["service__names"]),
        updated_at=values["updated_at"],
        created_at=values["created_at"],
        is_unanswered=values["turn"] == Turn.AGENT
        and said is not None
        and (answered is None or said > answered),
        is_confidential=values["is_confidential"],
    )


def items_in(view: View, filters: Filters, *, viewer: Actor) -> Items:
    """Everything in a view that passes the filters and that the viewer may see."""
    visible = WorkItem.objects.visible_to(viewer).filter(merged_into__isnull=True)
    return filters.put_on(view.narrow(visible, viewer), viewer)


def rows_in(
    view: View, filters: Filters, *, viewer: Actor, order: str, after: str | None, size: int = SIZE
) -> Page[Row]:
    """A page of the queue, by key."""
    keys = ORDERS[order].keys
    found: Page[dict[str, Any]] = page_of(
        items_in(view, filters, viewer=viewer).values(*COLUMNS), keys, after=after, size=size
    )
    words = state_words()
    return Page([row_of(values, words) for values in found.rows], found.next)


def counted(items: Items) -> int:
    """How many, at most ``MOST_COUNTED``: beyond that nobody needs the exact number."""
    return items.order_by()[:MOST_COUNTED].count()


def views_for(viewer: Actor) -> list[View]:
    """The views this viewer may open."""
    return [view for view in VIEWS.values() if viewer.may(view.permission)]


@dataclass(frozen=True)
class Group:
    """One value of what the queue is grouped by: how many in all, and the first of them."""

    value: str
    label: str
    total: int
    rows: list[Row]


def groups_in(view: View, filters: Filters, *, viewer: Actor, order: str, by: str) -> list[Group]:
    """The queue in groups; the totals are of the whole result, not of a page."""
    column = GROUPS[by][1]
    items = items_in(view, filters, viewer=viewer)
    ident = {"team": "team_id", "assignee": "assignee_id", "requester": "requester_id"}.get(
        by, column
    )
    counts = items.order_by().values(ident, column).annotate(total=Count("id", distinct=True))
    keys = [key.order for key in ORDERS[order].keys]
    place = Window(RowNumber(), partition_by=[F(ident)], order_by=keys)
    top = items.annotate(place=place).filter(place__lte=IN_A_GROUP).order_by(*keys)
    words = state_words()
    rows: dict[Any, list[Row]] = {}
    for values in top.values(*dict.fromkeys([*COLUMNS, ident])):
        rows.setdefault(values[ident], []).append(row_of(values, words))
    found = [
        Group(
            "none" if one[ident] is None else str(one[ident]),
            _group_label(by, one[column]),
            one["total"],
            rows.get(one[ident], []),
        )
        for one in counts
    ]
    if by in {"priority", "state"}:
        rank = [str(n) for n in range(1, 5)] + [str(c) for c in StateCategory.values]
        return sorted(found, key=lambda group: rank.index(group.value))
    return sorted(found, key=lambda group: (group.value == "none", -group.total, group.label))


def _group_label(by: str, value: Any) -> str:
    if by == "priority":
        return f"P{value}"
    if by == "state":
        return str(StateCategory(value).label)
    return str(value) if value else "—"
