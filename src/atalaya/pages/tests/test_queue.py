"""The queue: views, filters, orders, groups, and what one may not see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from atalaya.core.people.models import Actor, Person, Team
from atalaya.pages import home, queue
from atalaya.pages.filters import CODES, IDS, Filters
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket

Acting = Callable[[Person], Actor]


@pytest.fixture
def opened(rita: Person, omar: Person, acting: Acting) -> Callable[..., Ticket]:
    def make(**what: Any) -> Ticket:
        fields = {"subject": "La VPN no conecta", "requester": rita, "by": acting(omar), **what}
        return actions.open_ticket(Ticket.Kind.INCIDENT, **fields)

    return make


def references(
    viewer: Actor, view: str = "open", query: str = "", order: str = "newest"
) -> list[str]:
    found = queue.rows_in(
        queue.VIEWS[view], Filters.read(QueryDict(query)), viewer=viewer, order=order, after=None
    )
    return [row.reference for row in found.rows]


def test_each_view_shows_its_part(
    opened: Callable[..., Ticket], omar: Person, front_desk: Team, networks: Team, acting: Acting
) -> None:
    mine = opened(team=front_desk, assignee=omar).item.reference
    free = opened(team=front_desk).item.reference
    nobodys = opened().item.reference
    done = opened(team=front_desk)
    actions.resolve_ticket(done, by=acting(omar), answer="Hecho.")
    binned = opened(team=front_desk)
    actions.bin_ticket(binned, by=acting(omar))
    viewer = acting(omar)
    assert references(viewer, "mine") == [mine]
    assert references(viewer, "free") == [nobodys, free]
    assert references(viewer, "teams") == [free, mine]
    assert references(viewer, "resolved") == [done.item.reference]
    assert references(viewer, "bin") == [binned.item.reference]
    assert binned.item.reference not in references(viewer, "all")


def test_what_one_may_not_see_is_neither_shown_nor_counted(
    opened: Callable[..., Ticket], front_desk: Team, ana: Person, nora: Person, acting: Acting
) -> None:
    secret = opened(team=front_desk)
    actions.edit_ticket(secret, by=acting(ana), is_confidential=True)
    viewer = acting(nora)
    assert references(viewer) == []
    assert queue.counted(queue.items_in(queue.VIEWS["open"], Filters(), viewer=viewer)) == 0
    for by in queue.GROUPS:
        assert (
            queue.groups_in(queue.VIEWS["open"], Filters(), viewer=viewer, order="newest", by=by)
            == []
        )


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("q=vpn", 1),
        ("q=impresora", 1),
        ("q=nothing", 0),
        ("priority=1", 1),
        ("priority=1,3", 2),
        ("priority=1&priority=3", 2),
        ("state=new", 2),
        ("turn=requester", 0),
        ("tag=remoto", 1),
        ("assignee=none", 2),
        ("assignee=me", 0),
        ("team=none", 1),
        ("team=x&priority=7&nonsense=1", 2),
        ("tag=%00", 2),
    ],
)
def test_filters_narrow(
    opened: Callable[..., Ticket],
    front_desk: Team,
    omar: Person,
    acting: Acting,
    query: str,
    hits: int,
) -> None:
    opened(team=front_desk, priority=1, tags=["remoto"])
    opened(subject="Impresora", priority=3)
    assert len(references(acting(omar), "open", query)) == hits


def test_a_number_is_found_in_any_form(
    opened: Callable[..., Ticket], omar: Person, acting: Acting
) -> None:
    item = opened().item
    for said in (item.reference, str(item.number), f"%23{item.number}"):
        assert references(acting(omar), "open", f"q={said}") == [item.reference]


@pytest.mark.parametrize("order", list(queue.ORDERS))
def test_pages_follow_each_other_without_gap_or_repeat(
    opened: Callable[..., Ticket], omar: Person, acting: Acting, order: str
) -> None:
    made = {opened(priority=1 + number % 4).item.reference for number in range(7)}
    viewer, after, seen = acting(omar), None, []
    while True:
        page = queue.rows_in(
            queue.VIEWS["open"], Filters(), viewer=viewer, order=order, after=after, size=3
        )
        seen += [row.reference for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == len(made)
    assert set(seen) == made


def test_groups_count_the_whole_result(
    opened: Callable[..., Ticket], omar: Person, front_desk: Team, acting: Acting
) -> None:
    for number in range(queue.IN_A_GROUP + 2):
        opened(team=front_desk, subject=f"Caso {number}")
    opened()
    groups = queue.groups_in(
        queue.VIEWS["open"], Filters(), viewer=acting(omar), order="newest", by="team"
    )
    assert [(one.label, one.total) for one in groups] == [
        ("Front desk", queue.IN_A_GROUP + 2),
        ("—", 1),
    ]
    assert len(groups[0].rows) == queue.IN_A_GROUP


def test_an_unanswered_message_is_marked(
    opened: Callable[..., Ticket], omar: Person, rita: Person, front_desk: Team, acting: Acting
) -> None:
    ticket = opened(team=front_desk, text="Hola")
    actions.answer_ticket(ticket, by=acting(omar), text="¿Desde cuándo?")

    def marked() -> bool:
        page = queue.rows_in(
            queue.VIEWS["open"], Filters(), viewer=acting(omar), order="newest", after=None
        )
        return page.rows[0].is_unanswered

    assert not marked()
    actions.receive_message(ticket, by=acting(rita), author=rita, text="Desde ayer")
    assert marked()


def test_every_number_of_home_is_the_length_of_its_list(
    opened: Callable[..., Ticket], omar: Person, front_desk: Team, acting: Acting
) -> None:
    opened(team=front_desk, assignee=omar, priority=1)
    opened(team=front_desk)
    opened(priority=2)
    viewer = acting(omar)
    numbers = home.numbers_for(viewer)
    assert numbers.mine == len(references(viewer, "mine"))
    assert numbers.mine_my_turn == len(references(viewer, "mine", "turn=agent"))
    assert numbers.free == len(references(viewer, "free"))
    assert numbers.urgent == len(references(viewer, "teams", "priority=1,2"))
    assert numbers.fresh == len(references(viewer, "teams", "state=new"))


values = st.sampled_from([*(f"{k}={v}" for k, some in CODES.items() for v in sorted(some)),
                          *(f"{k}={v}" for k in IDS for v in ("1", "42", "none")),
                          "q=dos palabras", "tag=a", "tag=b,c"])  # fmt: skip


@given(st.lists(values, max_size=8))
def test_an_address_keeps_its_filters(said: list[str]) -> None:
    filters = Filters.read(QueryDict("&".join(said)))
    assert Filters.read(QueryDict(filters.query())) == filters


@given(st.text(max_size=60))
def test_no_address_is_an_error(text: str) -> None:
    Filters.read(QueryDict(mutable=True))
    query = QueryDict(mutable=True)
    for name in ("team", "priority", "tag", "q", "assignee", "after"):
        query[name] = text
    Filters.read(query)
