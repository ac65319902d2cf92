"""Reading work items: by number, their timeline, their history, what is near them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from atalaya.core.journal.models import Entry as JournalEntry
from atalaya.core.journal.queries import facts_about
from atalaya.core.people.models import Actor, Person, Team
from atalaya.core.work.models import (
    Category,
    ChecklistTemplate,
    CustomField,
    Entry,
    Link,
    Participant,
    PendingReason,
    PriorityCell,
    Promise,
    StateCategory,
    Tag,
    Task,
    Turn,
    WorkItem,
    WorkItemQuerySet,
)
from atalaya.core.work.ports import KINDS
from atalaya.core.work.priorities import DEFAULT_MATRIX
from atalaya.kernel.errors import NotFound
from atalaya.kernel.languages import say


def item_numbered(number: int | str, *, viewer: Actor) -> WorkItem:
    """The item people call ``INC-123``, ``#123`` or ``123``, if ``viewer`` may see it.

    A merged item leads to the one it was merged into. Raises NotFound.
    """
    digits = str(number).rpartition("-")[2].lstrip("#").strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > 18:
        raise NotFound
    visible = WorkItem.objects.visible_to(viewer).select_related(
        "requester", "reported_by", "team", "assignee", "category", "service", "organisation",
        "pending_reason", "merged_into",
    )  # fmt: skip
    item = visible.filter(number=int(digits)).first()
    if item is None:
        raise NotFound
    return item


def timeline_of(item: WorkItem, *, viewer: Actor) -> QuerySet[Entry]:
    """Entries the viewer may read, oldest first, with their authors."""
    return (
        Entry.objects.visible_to(viewer)
        .filter(item=item)
        .select_related("author", "moved_from")
        .order_by("created_at", "id")
    )


@dataclass(frozen=True)
class NearItem:
    """A linked item, and what it is to the one looked at."""

    link: Link
    item: WorkItem
    kind: str
    outward: bool


def links_of(item: WorkItem, *, viewer: Actor) -> list[NearItem]:
    """Linked items the viewer may see, both directions."""
    visible = WorkItem.objects.visible_to(viewer)
    out = Link.objects.filter(source=item, target__in=visible).select_related("target")
    back = Link.objects.filter(target=item, source__in=visible).select_related("source")
    near = [NearItem(link, link.target, link.kind, outward=True) for link in out]
    return near + [NearItem(link, link.source, link.kind, outward=False) for link in back]


def children_of(item: WorkItem) -> WorkItemQuerySet:
    """Items it is the parent of."""
    return WorkItem.objects.filter(links_in__source=item, links_in__kind=Link.Kind.PARENT_OF)


def open_tasks(item: WorkItem) -> QuerySet[Task]:
    """Steps that are not done."""
    return item.tasks.filter(done_at__isnull=True)


def open_promises(person: Person | None = None) -> QuerySet[Promise]:
    """Promises not kept yet, the most urgent first; of one person if given."""
    found = Promise.objects.filter(kept_at__isnull=True).select_related("item", "made_by")
    if person is not None:
        found = found.filter(made_by=person)
    return found.order_by("due_at")


def with_people(items: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    """Items with what a list shows of them, in a fixed number of queries."""
    return items.select_related(
        "requester", "team", "assignee", "category", "service", "pending_reason"
    ).prefetch_related(Prefetch("tags", queryset=Tag.objects.order_by("name")))


@dataclass(frozen=True)
class Happening:
    """A line of the history: who did what, when, and what caused it."""

    entry_id: int
    at: dt.datetime
    who: str
    what: str
    name: str
    cause_id: int | None
    source: str


def history_of(item: WorkItem, *, limit: int = 500) -> list[Happening]:
    """The whole history of an item, oldest first, in the active language.

    Ids in facts become names here, all at once, so that the journal holds no words.
    """
    return told(facts_about(item)[:limit])


def told(facts: Iterable[JournalEntry]) -> list[Happening]:
    """Facts as lines of a history, their ids turned into names all at once."""
    entries = list(facts)
    names = _Names(entries)
    return [
        Happening(
            entry.pk,
            entry.at,
            names.actor(entry),
            names.sentence(entry),
            entry.name,
            entry.cause_id,
            entry.source,
        )
        for entry in entries
    ]


class _Names:
    """Names for the ids found in a batch of facts."""

    def __init__(self, entries: Iterable[JournalEntry]) -> None:
        entries = list(entries)
        people = {e.actor_id for e in entries if e.actor_kind in {"person", "guest"}}
        people |= {e.acting_for_id for e in entries}
        people |= self._ids(entries, "person_id")
        self.people = dict(
            Person.objects.filter(pk__in=[pk for pk in people if pk]).values_list("pk", "name")
        )
        self.teams = self._names(Team, entries, "team_id")
        self.categories = self._names(Category, entries, "category_id")
        self.reasons = self._names(PendingReason, entries, "pending_reason_id")
        ids = self._ids(entries, "item_id")
        self.items = {i.pk: i.reference for i in WorkItem.objects.filter(pk__in=ids - {None})}

    @staticmethod
    def _ids(entries: list[JournalEntry], suffix: str) -> set[Any]:
        return {
            value
            for e in entries
            for key, value in e.facts.items()
            if key.endswith(suffix) and value
        }

    def _names(self, model: Any, entries: list[JournalEntry], suffix: str) -> dict[int, str]:
        ids = self._ids(entries, suffix)
        return {row.pk: str(row) for row in model.objects.filter(pk__in=ids)} if ids else {}

    def actor(self, entry: JournalEntry) -> str:
        """Who did it, in words."""
        person = self.people.get(entry.acting_for_id or entry.actor_id or 0)
        if entry.actor_kind in {"person", "guest"}:
            return person or _("Somebody")
        if entry.actor_kind == "key":
            return _("%(person)s (API key)") % {"person": person or _("Somebody")}
        kinds = {"timer": _("Timer"), "rule": _("Rule"), "integration": _("Integration")}
        return kinds.get(entry.actor_kind, _("Atalaya"))

    def sentence(self, entry: JournalEntry) -> str:
        """What happened, in words; a fact no package knows any more shows its name."""
        fact = entry.fact
        if fact is None or not fact.sentence:
            return entry.name
        return str(fact.sentence) % {key: self._word(key, v) for key, v in entry.facts.items()}

    def _word(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return "—"
        for suffix, names in (
            ("person_id", self.people),
            ("team_id", self.teams),
            ("item_id", self.items),
            ("reason_id", self.reasons),
        ):
            if key.endswith(suffix):
                return str(names.get(value, f"#{value}"))
        if key.endswith("_at"):
            moment = timezone.localtime(dt.datetime.fromisoformat(value))
            return formats.date_format(moment, "SHORT_DATETIME_FORMAT")
        if key in {"before", "after"} and isinstance(value, str):
            return word_for(value)
        if key == "field":
            return field_word(str(value))
        if key == "what":
            return list_word(str(value))
        if key == "place":
            return {"bin": _("bin"), "spam": _("spam")}.get(str(value), str(value))
        return str(value)


def word_for(code: str) -> str:
    """A turn or state category in words; another code as it is."""
    for choices in (Turn, StateCategory):
        if code in choices.values:
            return str(choices(code).label)
    return code


def list_word(name: str) -> str:
    """The name of an administrator's list as people read it."""
    words = {
        "category": _("categories"),
        "pendingreason": _("reasons to wait"),
        "customfield": _("custom fields"),
        "checklisttemplate": _("checklists"),
        "prioritycell": _("priorities"),
        "tag": _("tags"),
        "state": _("states"),
    }
    return words.get(name, name)


def field_word(name: str) -> str:
    """The name of a field as people read it."""
    words = {
        "subject": _("the subject"),
        "kind": _("the kind"),
        "service": _("the service"),
        "category": _("the category"),
        "requester": _("the requester"),
        "organisation": _("the organisation"),
        "language": _("the language"),
        "is_confidential": _("the confidentiality"),
        "impact": _("the impact"),
        "urgency": _("the urgency"),
        "tags": _("the tags"),
        "origin": _("the origin"),
    }
    return words.get(name, name.removeprefix("custom."))


def categories_in_use() -> list[Category]:
    """Categories that may be chosen, each parent before its children."""
    rows = list(Category.objects.filter(is_active=True).order_by("position", "id"))
    children: dict[int | None, list[Category]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    found: list[Category] = []

    def walk(parent: int | None) -> None:
        for row in children.get(parent, ()):
            found.append(row)
            walk(row.pk)

    walk(None)
    return found


def reasons_in_use() -> list[PendingReason]:
    """Reasons to wait that may be chosen, in their order."""
    return list(PendingReason.objects.filter(is_active=True))


def tasks_of(item: WorkItem) -> list[Task]:
    """The steps of an item with who does them, in their order."""
    return list(item.tasks.select_related("assignee", "team", "done_by", "tracked"))


def open_promises_on(item: WorkItem) -> list[Promise]:
    """Promises on an item that are not kept yet, the most urgent first."""
    found = item.promises.filter(kept_at__isnull=True).select_related("made_by")
    return list(found.order_by("due_at"))


def participants_of(item: WorkItem) -> list[Participant]:
    """Who takes part in an item beside requester and assignee; read once per item object."""
    known: list[Participant] | None = item.__dict__.get("_participants")
    if known is None:
        rows = item.participants.select_related("person").prefetch_related("person__addresses")
        known = item.__dict__["_participants"] = list(rows.order_by("kind", "person__name"))
    return known


def custom_fields_for(item: WorkItem) -> list[CustomField]:
    """The custom fields that suit an item's kind and category, in their order."""
    fields = CustomField.objects.filter(is_active=True).prefetch_related("categories")
    return [
        one
        for one in fields
        if (not one.item_kinds or item.kind in one.item_kinds)
        and (not one.categories.all() or item.category in one.categories.all())
    ]


def custom_values_of(item: WorkItem) -> list[tuple[CustomField, str]]:
    """The custom fields of an item that have a value, in words."""
    if not item.custom:
        return []
    return [
        (one, custom_value_in_words(one, item.custom[one.key]))
        for one in custom_fields_for(item)
        if one.key in item.custom
    ]


def custom_value_in_words(declared: CustomField, value: Any) -> str:
    """A stored value as people read it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        return str(value.get("label", ""))
    if declared.kind == CustomField.Kind.PERSON:
        person = Person.objects.filter(pk=value).first()
        return str(person) if person else f"#{value}"
    names = _choice_names(declared.choices)
    if isinstance(value, list):
        return ", ".join(names.get(str(one), str(one)) for one in value)
    return names.get(str(value), str(value))


def _choice_names(choices: Iterable[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for choice in choices:
        found[str(choice["key"])] = say(choice.get("names", {})) or str(choice["key"])
        found |= _choice_names(choice.get("children", ()))
    return found


def checklists_in_use() -> list[ChecklistTemplate]:
    """Checklists that may be put on an item."""
    return list(ChecklistTemplate.objects.filter(is_active=True))


def portal_keys() -> frozenset[str]:
    """Keys of the custom fields that requesters may read."""
    rows = CustomField.objects.active().filter(in_portal=True)
    return frozenset(rows.values_list("key", flat=True))


LISTS: dict[str, type[Category | PendingReason | CustomField | ChecklistTemplate]] = {
    "categories": Category,
    "reasons": PendingReason,
    "fields": CustomField,
    "checklists": ChecklistTemplate,
}
"""The lists an administrator keeps, by the word of their address."""


def rows_of_list(name: str) -> list[Any]:
    """Every row of a list, used or not; categories with each parent before its children."""
    kind = LISTS[name]
    if kind is Category:
        rows = list(Category.objects.select_related("team", "parent").order_by("position", "id"))
        children: dict[int | None, list[Category]] = {}
        for row in rows:
            children.setdefault(row.parent_id, []).append(row)
        found: list[Any] = []
        waiting = list(reversed(children.get(None, [])))
        while waiting:
            row = waiting.pop()
            found.append(row)
            waiting += reversed(children.get(row.pk, []))
        return found
    order = ("id",) if kind is ChecklistTemplate else ("position", "id")
    return list(kind._default_manager.order_by(*order))  # noqa: SLF001 - Django's documented model API


def row_of_list(name: str, pk: int) -> Any:
    """One row of a list. Raises NotFound."""
    found = LISTS[name]._default_manager.filter(pk=pk).first()  # noqa: SLF001 - as above
    if found is None:
        raise NotFound
    return found


def priority_matrix() -> dict[tuple[int, int], int]:
    """Impact and urgency to priority, as the organisation decided."""
    stored = PriorityCell.objects.values_list("impact", "urgency", "priority")
    return DEFAULT_MATRIX | {(impact, urgency): priority for impact, urgency, priority in stored}


def kinds_of_items() -> list[tuple[str, str]]:
    """The kinds of work there are, of practices that are on, with their words."""
    return [(kind.key, str(kind.label)) for kind in KINDS]


def tags_with_counts(*, viewer: Actor) -> QuerySet[Tag]:
    """Tags with how many cases carry each (``count``), by name."""
    return Tag.objects.visible_to(viewer).annotate(count=Count("items")).order_by("name")


def fields_to_read(*, before: dt.datetime) -> list[CustomField]:
    """External fields somebody wants read, or read last before an instant."""
    rows = CustomField.objects.active().filter(kind=CustomField.Kind.EXTERNAL)
    return [
        row
        for row in rows
        if row.source.get("url")
        and (row.source.get("wanted_at") or row.source.get("read_at", "") < before.isoformat())
    ]


def has_values(row: CustomField) -> bool:
    """Whether a case has a value of this field."""
    return WorkItem.objects.filter(custom__has_key=row.key).exists()
