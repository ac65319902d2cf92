"""The shared writes on work items: idempotent, told, and with instants that agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atalaya.core.people.models import SYSTEM, Actor, Person
from atalaya.core.work import actions as work
from atalaya.core.work.custom_fields import checked, one
from atalaya.core.work.errors import (
    HasParent,
    InUse,
    KeyTaken,
    LinkedToItself,
    NothingSaid,
    TooLong,
    WouldBeCircular,
    WrongFieldValue,
)
from atalaya.core.work.models import (
    Category,
    CustomField,
    Entry,
    Link,
    StateCategory,
    Tag,
    Turn,
    WorkItem,
)
from atalaya.core.work.queries import history_of, item_numbered, timeline_of
from atalaya.kernel.errors import InvalidInput, NotAllowed, NotFound
from atalaya.testing.clocks import TestClock

Acting = Callable[[Person], Actor]
Journal = Callable[[Any], list[str]]
Kind = CustomField.Kind
CHOICES = [{"key": "a", "names": {"en": "A"}, "children": [{"key": "b", "names": {"en": "B"}}]}]


@pytest.fixture
def item(rita: Person) -> WorkItem:
    return work.open_item("incident", by=SYSTEM, subject="VPN", requester=rita)


def another(person: Person) -> WorkItem:
    return work.open_item("incident", by=SYSTEM, subject="Other", requester=person)


def test_numbers_go_up_and_are_found_as_people_say_them(
    item: WorkItem, rita: Person, acting: Acting
) -> None:
    assert another(rita).number > item.number
    for said in (item.reference, f"#{item.number}", f" {item.number} ", item.number):
        assert item_numbered(said, viewer=acting(rita)) == item
    for wrong in ("INC-", "x", "9" * 19, "1.5", "²", "1e3"):
        with pytest.raises(NotFound):
            item_numbered(wrong, viewer=acting(rita))


def test_states_turn_into_instants_and_back(item: WorkItem, clock: TestClock) -> None:
    first = clock.at("2026-03-02 09:00")
    work.set_state(item, by=SYSTEM, state="resolved", category=StateCategory.RESOLVED)
    second = clock.advance(hours=1)
    work.set_state(item, by=SYSTEM, state="closed", category=StateCategory.CLOSED)
    assert (item.resolved_at, item.closed_at) == (first, second)
    work.set_state(item, by=SYSTEM, state="resolved", category=StateCategory.RESOLVED)
    assert (item.resolved_at, item.closed_at) == (first, None)
    work.set_state(item, by=SYSTEM, state="open", category=StateCategory.OPEN)
    assert (item.resolved_at, item.closed_at) == (None, None)


def test_the_same_again_is_not_told(item: WorkItem, omar: Person, journal_of: Journal) -> None:
    for _time in range(2):
        work.set_turn(item, by=SYSTEM, turn=Turn.REQUESTER)
        work.set_assignee(item, by=SYSTEM, person=omar)
        work.bin_item(item, by=SYSTEM, place="bin")
        work.set_priority(item, by=SYSTEM, impact=1, urgency=1)
    told = journal_of(item)
    for name in ("turn_changed", "assignee_changed", "item_binned", "priority_changed"):
        assert told.count(f"work.{name}") == 1


def test_waiting_goes_on_when_the_same_is_said_again(item: WorkItem, clock: TestClock) -> None:
    since = clock.at("2026-03-02 09:00")
    work.set_turn(item, by=SYSTEM, turn=Turn.REQUESTER)
    clock.advance(hours=3)
    work.set_turn(item, by=SYSTEM, turn=Turn.REQUESTER)
    assert item.waiting_since == since
    work.set_turn(item, by=SYSTEM, turn=Turn.AGENT)
    assert item.waiting_since is None


def test_the_preview_and_the_instants_follow_what_is_public(
    item: WorkItem, omar: Person, acting: Acting, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    by = acting(omar)
    work.add_entry(item, by=by, kind=Entry.Kind.ANSWER, text="**Hola**", public=True)
    clock.advance(hours=1)
    work.add_entry(item, by=by, kind=Entry.Kind.NOTE, text="Secreto")
    item.refresh_from_db()
    assert item.preview == "Hola"
    assert item.answered_at == dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    assert item.updated_at == dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)


def test_an_entry_is_made_safe_when_it_is_written(item: WorkItem) -> None:
    entry = work.add_entry(
        item,
        by=SYSTEM,
        kind=Entry.Kind.MESSAGE,
        html='<p onclick="x()">Hola<script>x()</script><img src=x onerror=y></p>',
        public=True,
    )
    assert "script" not in entry.html
    assert "on" + "click" not in entry.html
    assert "onerror" not in entry.html
    assert entry.text.strip().startswith("Hola")


def test_nothing_and_too_much_are_refused(item: WorkItem) -> None:
    with pytest.raises(NothingSaid):
        work.add_entry(item, by=SYSTEM, kind=Entry.Kind.NOTE, text="\x00 \n")
    with pytest.raises(TooLong):
        work.add_entry(item, by=SYSTEM, kind=Entry.Kind.NOTE, text="x" * 500_001)


def test_the_content_of_an_entry_is_removed_for_good_and_that_it_was_there_stays(
    item: WorkItem, rita: Person, omar: Person, ana: Person, acting: Acting, journal_of: Journal
) -> None:
    entry = work.add_entry(
        item, by=acting(rita), kind=Entry.Kind.MESSAGE, text="PIN 1234", public=True
    )
    with pytest.raises(NotAllowed):
        work.redact_entry(entry, by=acting(omar))
    for _time in range(2):
        work.redact_entry(entry, by=acting(ana), reason="secret")
    entry.refresh_from_db()
    item.refresh_from_db()
    assert (entry.text, entry.html, entry.source, entry.folded) == ("", "", "", "")
    assert "1234" not in item.preview
    assert entry.redacted_at is not None
    assert journal_of(item).count("work.entry_redacted") == 1


def test_the_requester_reads_what_is_public_and_the_agent_all(
    item: WorkItem, rita: Person, omar: Person, stan: Person, acting: Acting
) -> None:
    work.add_entry(item, by=SYSTEM, kind=Entry.Kind.ANSWER, text="a", public=True)
    work.add_entry(item, by=SYSTEM, kind=Entry.Kind.NOTE, text="b")
    read = [timeline_of(item, viewer=acting(person)).count() for person in (rita, omar, stan)]
    assert read == [1, 2, 0]


def test_a_link_is_made_once_and_told_on_both_sides(
    item: WorkItem, rita: Person, journal_of: Journal
) -> None:
    other = another(rita)
    links = {work.link_items(item, other, by=SYSTEM, kind=Link.Kind.BLOCKS) for _time in range(2)}
    assert len(links) == 1
    assert journal_of(item).count("work.link_changed") == 1
    assert journal_of(other).count("work.link_changed") == 1
    for _time in range(2):
        work.unlink_items(Link(pk=next(iter(links)).pk, source=item, target=other), by=SYSTEM)
    assert journal_of(other).count("work.link_changed") == 2


def test_a_family_has_one_parent_each_and_no_circle(item: WorkItem, rita: Person) -> None:
    child, grandchild = another(rita), another(rita)
    work.link_items(item, child, by=SYSTEM, kind=Link.Kind.PARENT_OF)
    work.link_items(child, grandchild, by=SYSTEM, kind=Link.Kind.PARENT_OF)
    with pytest.raises(WouldBeCircular):
        work.link_items(grandchild, item, by=SYSTEM, kind=Link.Kind.PARENT_OF)
    with pytest.raises(HasParent):
        work.link_items(item, grandchild, by=SYSTEM, kind=Link.Kind.PARENT_OF)
    with pytest.raises(LinkedToItself):
        work.link_items(item, item, by=SYSTEM, kind=Link.Kind.RELATES_TO)


def test_tags_are_words_known_once_whatever_their_case(item: WorkItem) -> None:
    work.set_tags(item, by=SYSTEM, names=["VPN", "vpn ", "", "Casa"])
    work.set_tags(item, by=SYSTEM, names=["Vpn"])
    assert [tag.name for tag in item.tags.all()] == ["VPN"]
    assert Tag.objects.filter(name__iexact="vpn").count() == 1


def test_full_names_of_categories_follow_their_parents(item: WorkItem) -> None:
    parent = work.save_row(Category, by=SYSTEM, names={"en": "Things", "es": "Cosas"})
    child = work.save_row(Category, by=SYSTEM, names={"en": "Cup", "es": "Taza"}, parent=parent)
    work.save_row(Category, parent, by=SYSTEM, names={"en": "Objects", "es": "Objetos"})
    child.refresh_from_db()
    assert child.path == {"en": "Objects / Cup", "es": "Objetos / Taza"}
    with pytest.raises(WouldBeCircular):
        work.save_row(Category, parent, by=SYSTEM, names=parent.names, parent=child)
    work.set_fields(item, by=SYSTEM, category=child)
    with pytest.raises(InUse):
        work.remove_row(child, by=SYSTEM)


@pytest.mark.django_db
def test_lists_need_a_name_and_a_key_of_their_own() -> None:
    with pytest.raises(InvalidInput):
        work.save_row(Category, by=SYSTEM, names={"en": ""})
    work.save_row(CustomField, by=SYSTEM, key="floor", labels={"en": "Floor"}, kind="number")
    with pytest.raises(KeyTaken):
        work.save_row(CustomField, by=SYSTEM, key="floor", labels={"en": "Storey"})


def test_the_matrix_decides_for_what_comes_next(item: WorkItem, rita: Person) -> None:
    assert item.priority == 3
    work.set_matrix({(2, 2): 1}, by=SYSTEM)
    assert another(rita).priority == 1
    assert WorkItem.objects.get(pk=item.pk).priority == 3
    with pytest.raises(InvalidInput):
        work.set_matrix({(2, 2): 9}, by=SYSTEM)


def test_the_history_is_in_words_with_names(item: WorkItem, omar: Person, acting: Acting) -> None:
    work.set_assignee(item, by=acting(omar), person=omar)
    last = history_of(item)[-1]
    assert last.who == "Omar"
    assert "Omar" in last.what
    assert "%(" not in " ".join(one.what for one in history_of(item))


@pytest.mark.parametrize(
    ("kind", "given_", "stored"),
    [
        (Kind.TEXT, " a\nb ", "a b"),
        (Kind.NUMBER, "2,50", 2.5),
        (Kind.NUMBER, 3.0, 3),
        (Kind.BOOLEAN, "on", True),
        (Kind.DATE, "2026-03-02", "2026-03-02"),
        (Kind.CHOICE, "a", "a"),
        (Kind.TREE, "b", "b"),
        (Kind.MULTIPLE, ["a", "a", "b"], ["a", "b"]),
        (Kind.URL, "https://example.org/x", "https://example.org/x"),
    ],
)
def test_values_of_fields_have_one_form(kind: str, given_: Any, stored: Any) -> None:
    assert one(CustomField(key="x", kind=kind, choices=CHOICES), given_) == stored


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (Kind.NUMBER, "nan"),
        (Kind.NUMBER, "1e999"),
        (Kind.NUMBER, True),
        (Kind.BOOLEAN, "maybe"),
        (Kind.DATE, "2026-02-30"),
        (Kind.CHOICE, "z"),
        (Kind.MULTIPLE, ["a", "z"]),
        (Kind.MULTIPLE, 7),
        (Kind.PERSON, "me"),
        (Kind.URL, "javascript:alert(1)"),
        (Kind.URL, "http://[bad"),
        (Kind.EXTERNAL, {"label": "no key"}),
    ],
)
def test_values_that_do_not_fit_are_refused(kind: str, wrong: Any) -> None:
    with pytest.raises(WrongFieldValue):
        one(CustomField(key="x", kind=kind, choices=CHOICES, labels={"en": "X"}), wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(kind=st.sampled_from(Kind.values), value=JSON)
def test_no_value_breaks_a_field(kind: str, value: Any) -> None:
    field = CustomField(key="x", kind=kind, choices=CHOICES, labels={"en": "X"})
    try:
        stored = checked([field], {"x": value})
    except WrongFieldValue:
        return
    assert checked([field], stored) == stored
