"""New texts make their words known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atalaya.core.journal.actions import Happened, later
from atalaya.core.work.events import EntryAdded, ItemOpened
from atalaya.core.work.models import Entry, WorkItem
from atalaya.engines.search.actions import learn_words


@later(EntryAdded, ItemOpened, name="search.learn_words")
def learn(happened: Sequence[Happened[Any]]) -> None:
    """Learn the words of subjects and entries, many at a time."""
    entries = [one.fact.entry_id for one in happened if isinstance(one.fact, EntryAdded)]
    items = [one.fact.item_id for one in happened if isinstance(one.fact, ItemOpened)]
    texts = list(Entry.objects.filter(pk__in=entries).values_list("text", flat=True))
    texts += WorkItem.objects.filter(pk__in=items).values_list("subject", flat=True)
    learn_words(texts)
