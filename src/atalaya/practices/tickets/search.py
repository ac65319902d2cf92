"""Tickets can be found: by number, subject, and what was said in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from atalaya.core.people.models import Actor
from atalaya.core.work.models import PREFIXES, Entry, WorkItem
from atalaya.core.work.queries import item_numbered
from atalaya.engines.search.ports import Column, Match, Searchable, Shown, searchable
from atalaya.engines.search.queries import Texts
from atalaya.kernel.errors import NotFound
from atalaya.practices.tickets.models import Ticket

_NUMBER = re.compile(rf"(?:#|(?:{'|'.join(PREFIXES.values())})-?)?\s*(\d{{1,18}})", re.IGNORECASE)


def _tickets(viewer: Actor) -> QuerySet[WorkItem]:
    return WorkItem.objects.visible_to(viewer).kept().filter(kind__in=Ticket.Kind.values)


def _entries(viewer: Actor) -> QuerySet[Entry]:
    """Entries the viewer reads, of the same tickets; that he sees those is in it already."""
    kept = {"item__kind__in": Ticket.Kind.values, "item__binned_as": "", "item__merged_into": None}
    return Entry.objects.visible_to(viewer).filter(**kept)


def _jump(viewer: Actor, text: str) -> int | None:
    """``INC-123``, ``#123`` or ``123``; a merged ticket leads to the one it was merged into."""
    typed = _NUMBER.fullmatch(text)
    if typed is None:
        return None
    try:
        item = item_numbered(typed.group(1), viewer=viewer)
    except NotFound:
        return None
    while item.merged_into is not None:
        item = item.merged_into
    return item.pk


def _show(viewer: Actor, matches: Sequence[Match]) -> Mapping[int, Shown]:
    rows = _tickets(viewer).filter(pk__in=[match.pk for match in matches])
    rows = rows.select_related("requester", "team")
    said = Entry.objects.visible_to(viewer).filter(pk__in=[m.text_pk for m in matches if m.text_pk])
    texts = dict(said.values_list("item_id", "text"))
    return {
        row.pk: Shown(
            title=row.subject,
            url=_page_of(row, viewer),
            text=texts.get(row.pk, row.preview),
            detail=f"{row.reference} · {row.requester}",
            at=row.created_at,
        )
        for row in rows
    }


def _page_of(item: WorkItem, viewer: Actor) -> str:
    if viewer.is_agent:
        return reverse("console:tickets:page", kwargs={"number": item.reference})
    return reverse("portal:tickets:page", args=[item.number])


searchable(
    Searchable(
        key="ticket",
        label=_("Tickets"),
        order=10,
        find=Texts(
            (
                Column(WorkItem, "subject", _tickets, is_short=True),
                Column(Entry, "text", _entries, owner="item_id", weight=0.4),
            )
        ),
        show=_show,
        jump=_jump,
    ),
    module=__name__,
)
