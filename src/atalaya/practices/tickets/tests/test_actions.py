"""Each use case of tickets: what it does, what it refuses, that twice is once, what it tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from atalaya.core.people.actions import merge_people, save_team
from atalaya.core.people.models import SYSTEM, TIMER, Actor, Person, Team
from atalaya.core.people.queries import actor_for, guest_of
from atalaya.core.preferences.actions import decide
from atalaya.core.work.actions import save_row
from atalaya.core.work.errors import (
    DueInThePast,
    FieldRequired,
    NotBinned,
    NothingSaid,
    SubjectMissing,
    WrongFieldValue,
)
from atalaya.core.work.models import (
    Category,
    Channel,
    ChecklistTemplate,
    CustomField,
    Entry,
    Link,
    Participant,
    PendingReason,
    Turn,
    WorkItem,
)
from atalaya.kernel import clock as kernel_clock
from atalaya.kernel.errors import NotAllowed, NotFound
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.errors import (
    CannotMergeTickets,
    ChildrenOpen,
    HandOverNoteMissing,
    NotInTeam,
    NotMerged,
    ReopenWindowOver,
    TasksOpen,
    TeamIsOff,
    TicketIsClosed,
    TicketIsMerged,
    TooManyPeople,
    TransitionNotAllowed,
)
from atalaya.practices.tickets.models import State, Ticket
from atalaya.practices.tickets.queries import outlook_of
from atalaya.testing.clocks import TestClock
from atalaya.testing.working import JobsRun

Acting = Callable[[Person], Actor]
Given = Callable[..., Ticket]
Journal = Callable[[Any], list[str]]


def fresh(ticket: Ticket) -> WorkItem:
    return WorkItem.objects.get(pk=ticket.pk)


# --- opening ---


def test_opening_makes_the_item_its_first_message_and_its_facts(
    rita: Person, acting: Acting, journal_of: Journal
) -> None:
    made = actions.open_ticket(
        Ticket.Kind.INCIDENT, by=acting(rita), subject=" Sin\nred ", requester=rita, text="Ayuda"
    )
    entry = made.item.entries.get()
    assert (made.item.subject, made.item.state, made.item.turn) == ("Sin red", "new", Turn.AGENT)
    assert (entry.kind, entry.is_public, entry.author) == (Entry.Kind.MESSAGE, True, rita)
    assert journal_of(made) == ["work.item_opened", "work.entry_added", "tickets.opened"]
    assert made.item.language == "es"


def test_a_requester_opens_for_himself_only(rita: Person, stan: Person, acting: Acting) -> None:
    with pytest.raises(NotAllowed):
        actions.open_ticket(Ticket.Kind.INCIDENT, by=acting(stan), subject="x", requester=rita)


@pytest.mark.parametrize("what", [{"priority": 1}, {"is_confidential": True}])
def test_a_requester_does_not_decide_what_the_desk_decides(
    rita: Person, acting: Acting, what: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed):
        actions.open_ticket(
            Ticket.Kind.INCIDENT, by=acting(rita), subject="x", requester=rita, **what
        )


def test_a_ticket_needs_a_subject(given_ticket: Given) -> None:
    with pytest.raises(SubjectMissing):
        given_ticket(subject=" \u200b ")


def test_the_team_follows_from_the_category_or_the_one_above(
    given_ticket: Given, networks: Team
) -> None:
    child = Category.objects.filter(parent__isnull=False).first()
    assert child is not None
    assert child.parent is not None
    save_row(Category, child.parent, by=SYSTEM, team=networks)
    child.refresh_from_db()
    assert given_ticket(category=child).item.team == networks


def test_what_nobody_else_takes_goes_to_the_default_team(
    given_ticket: Given, networks: Team
) -> None:
    decide("tickets", by=SYSTEM, default_team_id=networks.pk)
    assert given_ticket().item.team == networks


def test_a_team_that_is_off_takes_no_ticket(given_ticket: Given, networks: Team) -> None:
    off = save_team(networks, by=SYSTEM, is_active=False)
    with pytest.raises(TeamIsOff):
        given_ticket(team=off)


def test_impact_and_urgency_give_the_priority_unless_it_is_given(given_ticket: Given) -> None:
    assert given_ticket(impact=1, urgency=1).item.priority == 1
    assert given_ticket(impact=3, urgency=3).item.priority == 4
    by_hand = given_ticket(impact=3, urgency=3, priority=1).item
    assert (by_hand.priority, by_hand.priority_by_hand) == (1, True)


def test_too_many_people_in_copy_are_refused(
    given_ticket: Given, stan: Person, nora: Person
) -> None:
    decide("tickets", by=SYSTEM, participants_limit=1)
    with pytest.raises(TooManyPeople):
        given_ticket(copies=[stan, nora])
    assert not WorkItem.objects.exists()


def test_whoever_told_us_is_the_author(given_ticket: Given, stan: Person) -> None:
    made = given_ticket(reported_by=stan)
    assert made.item.reported_by == stan
    assert made.item.entries.get().author == stan


def test_a_required_field_is_asked_of_the_kinds_it_is_for(given_ticket: Given) -> None:
    save_row(
        CustomField,
        by=SYSTEM,
        key="cost",
        labels={"en": "Cost centre"},
        required_at="open",
        item_kinds=["request"],
    )
    given_ticket()
    with pytest.raises(FieldRequired):
        given_ticket(kind=Ticket.Kind.REQUEST)
    assert given_ticket(kind=Ticket.Kind.REQUEST, by=SYSTEM).item.custom == {}


def test_custom_values_are_checked_and_kept_in_one_form(given_ticket: Given) -> None:
    save_row(CustomField, by=SYSTEM, key="floor", labels={"en": "Floor"}, kind="number")
    assert given_ticket(custom={"floor": "2,0"}).item.custom == {"floor": 2}
    for wrong in ({"floor": "second"}, {"flor": 2}):
        with pytest.raises(WrongFieldValue):
            given_ticket(custom=wrong)


# --- saying ---


def test_the_first_answer_opens_takes_and_is_counted_once(
    ticket: Ticket, omar: Person, acting: Acting, journal_of: Journal, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    first = actions.answer_ticket(ticket, by=acting(omar), text="Lo miro.")
    clock.advance(minutes=5)
    actions.answer_ticket(ticket, by=acting(omar), text="Hecho.")
    item, kept = fresh(ticket), Ticket.objects.get(pk=ticket.pk)
    assert (item.state, item.assignee) == ("open", omar)
    assert item.answered_at == first.created_at
    assert kept.first_answer_by == omar
    assert journal_of(ticket).count("tickets.answered") == 2


def test_an_answer_from_another_team_does_not_take_the_ticket(
    ticket: Ticket, nora: Person, max_: Person, acting: Acting
) -> None:
    actions.answer_ticket(ticket, by=acting(max_), text="Soy de sistemas.")
    assert fresh(ticket).assignee is None


def test_only_agents_answer(ticket: Ticket, rita: Person, stan: Person, acting: Acting) -> None:
    for person in (rita, stan):
        with pytest.raises(NotAllowed):
            actions.answer_ticket(ticket, by=acting(person), text="x")


def test_nothing_is_no_answer(ticket: Ticket, omar: Person, acting: Acting) -> None:
    with pytest.raises(NothingSaid):
        actions.answer_ticket(ticket, by=acting(omar), text="  \n ")


def test_a_closed_ticket_takes_no_answer_and_no_call(
    ticket: Ticket, omar: Person, acting: Acting
) -> None:
    actions.close_ticket(ticket, by=acting(omar))
    with pytest.raises(TicketIsClosed):
        actions.answer_ticket(ticket, by=acting(omar), text="x")
    with pytest.raises(TicketIsClosed):
        actions.log_call(ticket, by=acting(omar), text="x")


def test_a_note_is_internal_and_whoever_is_named_watches(
    ticket: Ticket, omar: Person, nora: Person, acting: Acting, journal_of: Journal
) -> None:
    note = actions.add_note(ticket, by=acting(omar), text=f"@[Nora](person:{nora.pk}) mira esto")
    assert not note.is_public
    assert fresh(ticket).answered_at is None
    part = ticket.item.participants.get(person=nora)
    assert part.kind == Participant.Kind.WATCHER
    assert "work.mentioned" in journal_of(ticket)


def test_a_call_that_told_the_requester_something_is_an_answer(
    ticket: Ticket, omar: Person, acting: Acting
) -> None:
    actions.log_call(ticket, by=acting(omar), text="No contesta", minutes=1)
    assert fresh(ticket).answered_at is None
    call = actions.log_call(ticket, by=acting(omar), text="Se lo explico", minutes=4, public=True)
    item = fresh(ticket)
    assert (item.answered_at, item.state) == (call.created_at, "open")
    assert (call.minutes, call.channel) == (4, Channel.PHONE)
    assert Ticket.objects.get(pk=ticket.pk).first_answer_by == omar


def test_a_message_wakes_a_waiting_ticket(
    ticket: Ticket, rita: Person, omar: Person, acting: Acting, for_requester: PendingReason
) -> None:
    actions.wait_for(ticket, by=acting(omar), reason=for_requester)
    actions.receive_message(ticket, by=acting(rita), author=rita, text="Aquí está")
    item = fresh(ticket)
    assert (item.turn, item.category_of_state, item.pending_reason) == (Turn.AGENT, "open", None)
    assert item.waiting_since is None


def test_a_stranger_does_not_write_on_somebodys_ticket(
    ticket: Ticket, stan: Person, acting: Acting
) -> None:
    with pytest.raises(NotAllowed):
        actions.receive_message(ticket, by=acting(stan), author=stan, text="x")


def test_somebody_who_answers_a_forwarded_mail_takes_part(ticket: Ticket, stan: Person) -> None:
    actions.receive_message(ticket, by=SYSTEM, author=stan, text="x", channel=Channel.MAIL)
    assert ticket.item.participants.get(person=stan).kind == Participant.Kind.COPY


# --- who has it ---


def test_assigning_opens_and_doing_it_twice_tells_once(
    ticket: Ticket, omar: Person, ana: Person, acting: Acting, journal_of: Journal
) -> None:
    for _time in range(2):
        actions.assign_ticket(ticket, by=acting(ana), person=omar)
    assert (fresh(ticket).assignee, fresh(ticket).state) == (omar, "open")
    assert journal_of(ticket).count("work.assignee_changed") == 1
    actions.assign_ticket(ticket, by=acting(ana), person=None)
    assert fresh(ticket).assignee is None


def test_a_ticket_goes_to_members_of_its_team_only(
    ticket: Ticket, nora: Person, ana: Person, rita: Person, acting: Acting
) -> None:
    with pytest.raises(NotInTeam):
        actions.assign_ticket(ticket, by=acting(ana), person=nora)
    with pytest.raises(NotAllowed):
        actions.assign_ticket(ticket, by=acting(rita), person=rita)


def test_handing_over_keeps_everything_and_counts_up_and_down(
    ticket: Ticket,
    omar: Person,
    nora: Person,
    front_desk: Team,
    networks: Team,
    acting: Acting,
    journal_of: Journal,
) -> None:
    actions.assign_ticket(ticket, by=acting(omar), person=omar)
    with pytest.raises(HandOverNoteMissing):
        actions.hand_over(ticket, by=acting(omar), team=networks, note=" ")
    actions.hand_over(ticket, by=acting(omar), team=networks, note="Falta el túnel", person=nora)
    item = fresh(ticket)
    assert (item.team, item.assignee) == (networks, nora)
    assert item.entries.filter(kind=Entry.Kind.NOTE, is_public=False).count() == 1
    assert item.participants.get(person=omar).kind == Participant.Kind.COLLABORATOR
    actions.hand_over(ticket, by=acting(nora), team=front_desk, note="Era la contraseña")
    kept = Ticket.objects.get(pk=ticket.pk)
    assert (kept.escalations, kept.bounces) == (1, 1)
    assert journal_of(ticket).count("tickets.escalated") == 2


def test_handing_over_to_the_same_team_changes_nothing(
    ticket: Ticket, omar: Person, front_desk: Team, acting: Acting, journal_of: Journal
) -> None:
    before = journal_of(ticket)
    actions.hand_over(ticket, by=acting(omar), team=front_desk, note="x")
    assert journal_of(ticket) == before


def test_moving_to_another_team_frees_an_assignee_who_is_not_in_it(
    ticket: Ticket, omar: Person, networks: Team, acting: Acting
) -> None:
    actions.assign_ticket(ticket, by=acting(omar), person=omar)
    actions.move_ticket(ticket, by=acting(omar), team=networks)
    assert (fresh(ticket).team, fresh(ticket).assignee) == (networks, None)


# --- waiting ---


def test_the_plan_of_a_reason_reminds_and_then_closes(
    ticket: Ticket,
    omar: Person,
    acting: Acting,
    for_requester: PendingReason,
    clock: TestClock,
    run_jobs: JobsRun,
    journal_of: Journal,
) -> None:
    clock.at("2026-03-02 09:00")
    actions.wait_for(ticket, by=acting(omar), reason=for_requester)
    assert outlook_of(fresh(ticket)).closes_at == dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)
    clock.advance(days=2, minutes=1)
    run_jobs()
    assert journal_of(ticket).count("tickets.reminded") == 1
    said = ticket.item.entries.filter(kind=Entry.Kind.SYSTEM, is_public=True).get()
    assert "su respuesta" in said.text
    clock.advance(days=3)
    run_jobs()
    assert journal_of(ticket).count("tickets.reminded") == 2
    clock.advance(days=6)
    run_jobs()
    assert fresh(ticket).is_closed
    assert journal_of(ticket).count("tickets.closed") == 1


def test_an_answer_ends_the_plan(
    ticket: Ticket,
    rita: Person,
    omar: Person,
    acting: Acting,
    for_requester: PendingReason,
    clock: TestClock,
    run_jobs: JobsRun,
    journal_of: Journal,
) -> None:
    clock.at("2026-03-02 09:00")
    actions.wait_for(ticket, by=acting(omar), reason=for_requester)
    clock.advance(hours=1)
    actions.receive_message(ticket, by=acting(rita), author=rita, text="Aquí está")
    assert outlook_of(fresh(ticket)).closes_at is None
    clock.advance(days=30)
    run_jobs()
    assert fresh(ticket).is_open
    assert "tickets.reminded" not in journal_of(ticket)


def test_a_snoozed_ticket_wakes_at_its_time_and_not_before(
    ticket: Ticket, omar: Person, acting: Acting, clock: TestClock, run_jobs: JobsRun
) -> None:
    clock.at("2026-03-02 09:00")
    actions.snooze_ticket(ticket, by=acting(omar), until=kernel_clock.now() + dt.timedelta(hours=4))
    assert fresh(ticket).turn == Turn.SCHEDULED
    clock.advance(hours=3)
    run_jobs()
    assert fresh(ticket).turn == Turn.SCHEDULED
    clock.advance(hours=1)
    run_jobs()
    item = fresh(ticket)
    assert (item.turn, item.category_of_state, item.wakes_at) == (Turn.AGENT, "open", None)


def test_snoozing_longer_moves_the_waking(
    ticket: Ticket, omar: Person, acting: Acting, clock: TestClock, run_jobs: JobsRun
) -> None:
    now = clock.at("2026-03-02 09:00")
    for hours in (1, 5):
        actions.snooze_ticket(ticket, by=acting(omar), until=now + dt.timedelta(hours=hours))
    clock.advance(hours=2)
    run_jobs()
    assert fresh(ticket).turn == Turn.SCHEDULED
    clock.advance(hours=3)
    run_jobs()
    assert fresh(ticket).turn == Turn.AGENT


def test_one_does_not_wait_for_the_past(
    ticket: Ticket, omar: Person, acting: Acting, for_requester: PendingReason
) -> None:
    past = kernel_clock.now() - dt.timedelta(minutes=1)
    with pytest.raises(DueInThePast):
        actions.snooze_ticket(ticket, by=acting(omar), until=past)
    with pytest.raises(DueInThePast):
        actions.wait_for(ticket, by=acting(omar), reason=for_requester, until=past)


def test_resuming_ends_the_waiting(
    ticket: Ticket, omar: Person, acting: Acting, for_requester: PendingReason
) -> None:
    actions.wait_for(ticket, by=acting(omar), reason=for_requester)
    actions.resume_ticket(ticket, by=acting(omar))
    assert (fresh(ticket).turn, fresh(ticket).state) == (Turn.AGENT, "open")


def test_what_waits_after_it_was_resolved_was_reopened(
    ticket: Ticket,
    omar: Person,
    acting: Acting,
    for_requester: PendingReason,
    journal_of: Journal,
) -> None:
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    actions.resume_ticket(ticket, by=acting(omar))
    assert fresh(ticket).is_resolved
    actions.wait_for(ticket, by=acting(omar), reason=for_requester)
    assert (fresh(ticket).turn, fresh(ticket).resolved_at) == (Turn.REQUESTER, None)
    assert journal_of(ticket).count("tickets.reopened") == 1


def test_answering_and_waiting_is_both_or_neither(
    ticket: Ticket, omar: Person, acting: Acting, for_requester: PendingReason
) -> None:
    actions.answer_and_wait(ticket, by=acting(omar), text="¿Qué versión?", reason=for_requester)
    assert fresh(ticket).turn == Turn.REQUESTER
    count = Entry.objects.count()
    with pytest.raises(NothingSaid):
        actions.answer_and_wait(ticket, by=acting(omar), text="", reason=for_requester)
    assert Entry.objects.count() == count


# --- resolving, closing, reopening ---


def test_resolving_answers_and_leaves_the_turn_to_nobody(
    ticket: Ticket, omar: Person, acting: Acting, journal_of: Journal
) -> None:
    actions.resolve_ticket(ticket, by=acting(omar), answer="Era el cable.")
    item, kept = fresh(ticket), Ticket.objects.get(pk=ticket.pk)
    assert (item.state, item.turn) == ("resolved", Turn.NOBODY)
    assert item.resolved_at is not None
    assert (kept.resolved_by, kept.first_answer_by) == (omar, omar)
    before = journal_of(ticket)
    actions.resolve_ticket(ticket, by=acting(omar), answer="Otra vez")
    assert journal_of(ticket) == before
    assert before[-2:] == ["tickets.answered", "tickets.resolved"]


def test_a_resolved_ticket_closes_by_itself_after_the_days_decided(
    ticket: Ticket,
    omar: Person,
    acting: Acting,
    clock: TestClock,
    run_jobs: JobsRun,
) -> None:
    clock.at("2026-03-02 09:00")
    decide("tickets", by=SYSTEM, close_after_days=3)
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    clock.advance(days=2, hours=23)
    run_jobs()
    assert fresh(ticket).is_resolved
    clock.advance(hours=2)
    run_jobs()
    assert fresh(ticket).is_closed


def test_a_reopened_ticket_is_not_closed_by_its_old_solution(
    ticket: Ticket, omar: Person, acting: Acting, clock: TestClock, run_jobs: JobsRun
) -> None:
    clock.at("2026-03-02 09:00")
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    clock.advance(days=4)
    actions.reopen_ticket(ticket, by=acting(omar))
    actions.resolve_ticket(ticket, by=acting(omar), answer="Ahora sí")
    clock.advance(days=2)
    run_jobs()
    assert fresh(ticket).is_resolved
    clock.advance(days=4)
    run_jobs()
    assert fresh(ticket).is_closed


def test_a_parent_with_open_children_is_resolved_with_them_or_not_at_all(
    given_ticket: Given, omar: Person, acting: Acting
) -> None:
    parent, child, grandchild = given_ticket(), given_ticket(), given_ticket()
    by = acting(omar)
    actions.link_ticket(parent, child.item, by=by, kind=Link.Kind.PARENT_OF)
    actions.link_ticket(child, grandchild.item, by=by, kind=Link.Kind.PARENT_OF)
    with pytest.raises(ChildrenOpen, match=child.item.reference):
        actions.resolve_ticket(parent, by=by, answer="Router cambiado")
    assert not parent.item.entries.filter(kind=Entry.Kind.ANSWER).exists()
    actions.resolve_ticket(parent, by=by, answer="Router cambiado", with_children=True)
    for one in (parent, child, grandchild):
        assert fresh(one).is_resolved
        assert one.item.entries.filter(kind=Entry.Kind.ANSWER).count() == 1


def test_an_answer_may_go_to_the_children(
    given_ticket: Given, omar: Person, acting: Acting
) -> None:
    parent, child = given_ticket(), given_ticket()
    actions.link_ticket(parent, child.item, by=acting(omar), kind=Link.Kind.PARENT_OF)
    actions.answer_ticket(parent, by=acting(omar), text="Estamos con ello", to_children=True)
    assert child.item.entries.filter(kind=Entry.Kind.ANSWER).exists()


def test_open_steps_stand_in_the_way_of_resolving(
    ticket: Ticket, omar: Person, acting: Acting
) -> None:
    task = actions.add_task(ticket, by=acting(omar), title="Pedir la pieza")
    with pytest.raises(TasksOpen):
        actions.resolve_ticket(ticket, by=acting(omar), answer="x")
    actions.tick_task(task, by=acting(omar))
    actions.resolve_ticket(ticket, by=acting(omar), answer="x")
    assert fresh(ticket).is_resolved


def test_a_field_required_to_resolve_is_asked_for(
    ticket: Ticket, omar: Person, acting: Acting
) -> None:
    save_row(CustomField, by=SYSTEM, key="cause", labels={"en": "Cause"}, required_at="resolve")
    with pytest.raises(FieldRequired):
        actions.resolve_ticket(ticket, by=acting(omar), answer="x")
    actions.edit_ticket(ticket, by=acting(omar), custom={"cause": "cable"})
    actions.resolve_ticket(ticket, by=acting(omar), answer="x")
    assert fresh(ticket).custom == {"cause": "cable"}


def test_a_requester_closes_his_own_and_a_stranger_does_not(
    ticket: Ticket, rita: Person, stan: Person, acting: Acting, journal_of: Journal
) -> None:
    with pytest.raises(NotAllowed):
        actions.close_ticket(ticket, by=acting(stan))
    for _time in range(2):
        actions.close_ticket(ticket, by=acting(rita))
    assert fresh(ticket).is_closed
    assert fresh(ticket).closed_at is not None
    assert journal_of(ticket).count("tickets.closed") == 1


def test_an_answer_within_the_window_reopens(
    ticket: Ticket, rita: Person, omar: Person, acting: Acting, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    clock.advance(days=13)
    entry = actions.receive_message(ticket, by=acting(rita), author=rita, text="Sigue igual")
    assert entry.item_id == ticket.pk
    item = fresh(ticket)
    assert (item.state, item.turn, item.resolved_at, item.closed_at) == (
        "open",
        Turn.AGENT,
        None,
        None,
    )
    assert Ticket.objects.get(pk=ticket.pk).reopenings == 1


def test_an_answer_after_the_window_opens_a_follow_up(
    ticket: Ticket,
    rita: Person,
    omar: Person,
    acting: Acting,
    clock: TestClock,
    journal_of: Journal,
) -> None:
    clock.at("2026-03-02 09:00")
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    clock.advance(days=15)
    entry = actions.receive_message(ticket, by=acting(rita), author=rita, text="Ha vuelto")
    new = Ticket.objects.get(pk=entry.item_id)
    assert new.pk != ticket.pk
    assert new.follow_up_of == ticket
    assert (new.item.team, new.item.requester) == (ticket.item.team, rita)
    assert fresh(ticket).is_resolved
    assert "tickets.follow_up_opened" in journal_of(ticket)


def test_a_follow_up_is_as_confidential_as_what_it_follows(
    ticket: Ticket, rita: Person, ana: Person, nora: Person, acting: Acting, clock: TestClock
) -> None:
    actions.edit_ticket(ticket, by=acting(ana), is_confidential=True)
    actions.close_ticket(ticket, by=acting(ana))
    clock.advance(days=30)
    entry = actions.receive_message(ticket, by=acting(rita), author=rita, text="Ha vuelto")
    assert entry.item.is_confidential
    assert not WorkItem.objects.visible_to(acting(nora)).filter(pk=entry.item_id).exists()


def test_a_requester_reopens_within_the_window_and_an_agent_always(
    ticket: Ticket, rita: Person, omar: Person, stan: Person, acting: Acting, clock: TestClock
) -> None:
    actions.close_ticket(ticket, by=acting(omar))
    with pytest.raises(NotAllowed):
        actions.reopen_ticket(ticket, by=acting(stan))
    clock.advance(days=60)
    with pytest.raises(ReopenWindowOver):
        actions.reopen_ticket(ticket, by=acting(rita))
    actions.reopen_ticket(ticket, by=acting(omar), why="Reaparece")
    assert fresh(ticket).is_open
    note = ticket.item.entries.order_by("-pk").first()
    assert note is not None
    assert (note.kind, note.is_public) == (Entry.Kind.NOTE, False)


def test_states_chosen_by_hand_follow_the_allowed_transitions(
    ticket: Ticket, omar: Person, acting: Acting
) -> None:
    new = State.objects.get(key="new")
    new.next_states = ["open"]
    new.save()
    with pytest.raises(TransitionNotAllowed):
        actions.change_state(ticket, by=acting(omar), state=State.objects.get(key="waiting"))
    actions.change_state(ticket, by=acting(omar), state=State.objects.get(key="open"))
    actions.change_state(ticket, by=acting(omar), state=State.objects.get(key="resolved"))
    assert (fresh(ticket).state, fresh(ticket).turn) == ("resolved", Turn.NOBODY)
    actions.change_state(ticket, by=acting(omar), state=State.objects.get(key="open"))
    assert Ticket.objects.get(pk=ticket.pk).reopenings == 1


def test_a_state_of_ones_own_is_reached_from_where_it_may_be(
    ticket: Ticket, omar: Person, acting: Acting
) -> None:
    State.objects.create(key="by-phone", names={"en": "By phone"}, category="resolved", position=99)
    State.objects.filter(key="resolved").update(next_states=["closed"])
    State.objects.filter(key="new").update(next_states=["open", "by-phone"])
    with pytest.raises(TransitionNotAllowed):
        actions.change_state(ticket, by=acting(omar), state=State.objects.get(key="resolved"))
    assert fresh(ticket).state == "new"
    actions.change_state(ticket, by=acting(omar), state=State.objects.get(key="by-phone"))
    assert (fresh(ticket).state, fresh(ticket).is_resolved) == ("by-phone", True)


# --- merging, splitting ---


def test_merging_moves_what_was_said_and_who_takes_part_and_can_be_undone(
    given_ticket: Given,
    rita: Person,
    stan: Person,
    omar: Person,
    acting: Acting,
    journal_of: Journal,
) -> None:
    by = acting(omar)
    source = given_ticket(requester=stan, text="Yo tampoco puedo")
    target = given_ticket(text="No puedo")
    for _time in range(2):
        actions.merge_ticket(source, into=target, by=by)
    assert fresh(source).merged_into == target.item
    assert fresh(source).is_closed
    assert target.item.entries.count() == 2
    assert target.item.is_for(stan)
    assert journal_of(target).count("tickets.merged") == 1
    with pytest.raises(TicketIsMerged):
        actions.answer_ticket(source, by=by, text="x")
    actions.unmerge_ticket(source, by=by)
    item = fresh(source)
    assert (item.merged_into, item.state, item.turn) == (None, "new", Turn.AGENT)
    assert item.closed_at is None
    assert [e.text.strip() for e in source.item.entries.all()] == ["Yo tampoco puedo"]
    assert target.item.entries.count() == 1
    assert not target.item.is_for(stan)
    with pytest.raises(NotMerged):
        actions.unmerge_ticket(source, by=by)


def test_a_message_on_a_ticket_merged_twice_reaches_the_last_one(
    given_ticket: Given, rita: Person, omar: Person, acting: Acting
) -> None:
    by = acting(omar)
    first, second, third = (given_ticket(text=f"{n}") for n in range(3))
    actions.merge_ticket(first, into=second, by=by)
    actions.merge_ticket(second, into=third, by=by)
    entry = actions.receive_message(first, by=acting(rita), author=rita, text="Hola")
    assert entry.item_id == third.pk
    actions.unmerge_ticket(second, by=by)
    assert {e.text.strip() for e in second.item.entries.all()} == {"0", "1"}
    actions.unmerge_ticket(first, by=by)
    assert [e.text.strip() for e in first.item.entries.all()] == ["0"]


def test_undoing_merges_in_the_order_they_were_made_leaves_each_its_own_words(
    given_ticket: Given, omar: Person, acting: Acting
) -> None:
    by = acting(omar)
    first, second, third = (given_ticket(text=f"{n}") for n in range(3))
    actions.merge_ticket(first, into=second, by=by)
    actions.merge_ticket(second, into=third, by=by)
    for ticket in (first, second):
        actions.unmerge_ticket(ticket, by=by)
    for said, ticket in enumerate((first, second, third)):
        assert [e.text.strip() for e in ticket.item.entries.all()] == [f"{said}"]


def test_what_was_split_off_a_merged_ticket_stays_when_the_merge_is_undone(
    given_ticket: Given, omar: Person, acting: Acting
) -> None:
    by = acting(omar)
    source, target = given_ticket(text="VPN"), given_ticket(text="Correo")
    said = source.item.entries.get()
    actions.merge_ticket(source, into=target, by=by)
    own = actions.split_ticket(target, said, by=by, subject="VPN")
    actions.unmerge_ticket(source, by=by)
    assert [e.pk for e in own.item.entries.all()] == [said.pk]


def test_what_cannot_be_merged_is_refused(
    given_ticket: Given, omar: Person, ana: Person, front_desk: Team, acting: Acting
) -> None:
    by = acting(ana)
    one, other = given_ticket(team=front_desk), given_ticket(team=front_desk)
    with pytest.raises(CannotMergeTickets):
        actions.merge_ticket(one, into=one, by=by)
    actions.edit_ticket(one, by=by, is_confidential=True)
    with pytest.raises(CannotMergeTickets):
        actions.merge_ticket(one, into=other, by=by)
    actions.close_ticket(other, by=by)
    with pytest.raises(CannotMergeTickets):
        actions.merge_ticket(given_ticket(), into=other, by=by)
    binned = given_ticket()
    actions.bin_ticket(binned, by=by)
    with pytest.raises(CannotMergeTickets):
        actions.merge_ticket(binned, into=given_ticket(), by=by)


def test_splitting_makes_a_ticket_of_an_entry_linked_back(
    ticket: Ticket, stan: Person, omar: Person, ana: Person, acting: Acting, journal_of: Journal
) -> None:
    actions.edit_ticket(ticket, by=acting(ana), is_confidential=True)
    entry = actions.receive_message(ticket, by=SYSTEM, author=stan, text="Y el teclado")
    new = actions.split_ticket(ticket, entry, by=acting(omar), subject="Teclado")
    assert (new.item.requester, new.item.is_confidential) == (stan, True)
    assert new.item.entries.get() == entry
    assert new.item.links_out.get().target == ticket.item
    assert journal_of(ticket)[-1] == "tickets.split"
    with pytest.raises(NotFound):
        actions.split_ticket(ticket, entry, by=acting(omar), subject="Otra vez")


# --- fields, people, links, tasks, promises, bin ---


def test_every_change_of_a_field_is_one_fact_and_none_when_nothing_changes(
    ticket: Ticket, omar: Person, acting: Acting, journal_of: Journal
) -> None:
    for _time in range(2):
        actions.edit_ticket(ticket, by=acting(omar), subject="VPN", tags=["vpn", "VPN", " casa "])
    assert journal_of(ticket).count("work.field_changed") == 2
    assert sorted(ticket.item.tags.values_list("name", flat=True)) == ["casa", "vpn"]


def test_only_leads_make_a_ticket_confidential(
    ticket: Ticket, omar: Person, ana: Person, acting: Acting
) -> None:
    with pytest.raises(NotAllowed):
        actions.edit_ticket(ticket, by=acting(omar), is_confidential=True)
    actions.edit_ticket(ticket, by=acting(ana), is_confidential=True)
    assert fresh(ticket).is_confidential


def test_another_requester_brings_his_organisation(
    ticket: Ticket, stan: Person, omar: Person, acting: Acting
) -> None:
    actions.edit_ticket(ticket, by=acting(omar), requester=stan)
    assert (fresh(ticket).requester, fresh(ticket).organisation) == (stan, None)


def test_the_priority_follows_the_matrix_or_the_hand(
    ticket: Ticket, omar: Person, acting: Acting, journal_of: Journal
) -> None:
    actions.prioritise(ticket, by=acting(omar), impact=1, urgency=1)
    assert fresh(ticket).priority == 1
    actions.prioritise(ticket, by=acting(omar), priority=4)
    assert (fresh(ticket).priority, fresh(ticket).priority_by_hand) == (4, True)
    assert journal_of(ticket).count("work.priority_changed") == 2


def test_people_join_leave_and_watch_as_they_may(
    ticket: Ticket, rita: Person, stan: Person, omar: Person, acting: Acting
) -> None:
    actions.include(ticket, stan, by=acting(rita))
    assert ticket.item.is_for(stan)
    actions.exclude(ticket, stan, by=acting(stan))
    assert not ticket.item.is_for(stan)
    actions.include(ticket, omar, by=acting(omar), kind=Participant.Kind.WATCHER)
    with pytest.raises(NotAllowed):
        actions.include(ticket, stan, by=acting(stan), kind=Participant.Kind.WATCHER)
    with pytest.raises(NotAllowed):
        actions.exclude(ticket, omar, by=acting(rita))


def test_a_checklist_is_put_on_once_and_ticked(ticket: Ticket, ana: Person, acting: Acting) -> None:
    template = ChecklistTemplate.objects.order_by("pk").first()
    assert template is not None
    steps = actions.apply_checklist(ticket, template, by=acting(ana))
    assert steps[0].title == "Instalar el sistema operativo"
    assert actions.apply_checklist(ticket, template, by=acting(ana)) == []
    done = actions.tick_task(steps[0], by=acting(ana))
    assert done.done_by == ana
    assert actions.tick_task(steps[0], by=acting(ana), done=False).done_at is None


def test_a_step_that_is_another_ticket_is_done_with_it(
    given_ticket: Given, omar: Person, acting: Acting
) -> None:
    one, other = given_ticket(), given_ticket()
    task = actions.add_task(one, by=acting(omar), title="El otro", tracked=other.item)
    actions.resolve_ticket(other, by=acting(omar), answer="Hecho")
    task.refresh_from_db()
    assert task.done_at is not None


def test_a_promise_is_told_when_due_and_kept_late_or_in_time(
    ticket: Ticket,
    omar: Person,
    acting: Acting,
    clock: TestClock,
    run_jobs: JobsRun,
    journal_of: Journal,
) -> None:
    now = clock.at("2026-03-02 09:00")
    promise = actions.promise_call(ticket, by=acting(omar), due_at=now + dt.timedelta(hours=5))
    assert outlook_of(fresh(ticket)).promised_at == promise.due_at
    with pytest.raises(DueInThePast):
        actions.promise_call(ticket, by=acting(omar), due_at=now)
    clock.advance(hours=6)
    run_jobs()
    assert "work.promise_due" in journal_of(ticket)
    for _time in range(2):
        actions.keep_promise(promise, by=acting(omar))
    assert journal_of(ticket).count("work.promise_kept") == 1
    assert outlook_of(fresh(ticket)).promised_at is None


def test_a_message_to_a_ticket_in_the_bin_opens_another_one(
    ticket: Ticket, rita: Person, omar: Person, acting: Acting
) -> None:
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    actions.bin_ticket(ticket, by=acting(omar))
    entry = actions.receive_message(ticket, by=SYSTEM, author=rita, text="¿Y lo mío?")
    assert entry.item_id != ticket.pk
    assert not entry.item.binned_as


def test_the_bin_keeps_and_gives_back(
    ticket: Ticket, rita: Person, omar: Person, acting: Acting
) -> None:
    with pytest.raises(NotBinned):
        actions.restore_ticket(ticket, by=acting(omar))
    with pytest.raises(NotAllowed):
        actions.bin_ticket(ticket, by=acting(rita))
    actions.bin_ticket(ticket, by=acting(omar), spam=True)
    assert fresh(ticket).binned_as == "spam"
    assert not WorkItem.objects.visible_to(acting(rita)).exists()
    actions.restore_ticket(ticket, by=acting(omar))
    assert WorkItem.objects.visible_to(acting(rita)).get() == ticket.item


def test_work_of_a_person_goes_with_him_when_he_is_merged(
    ticket: Ticket, rita: Person, stan: Person, omar: Person, acting: Acting
) -> None:
    actions.include(ticket, rita, by=acting(omar), kind=Participant.Kind.WATCHER)
    merge_people(rita, into=stan, by=SYSTEM)
    assert fresh(ticket).requester == stan


# --- who sees what ---


def test_who_sees_a_ticket(
    given_ticket: Given,
    front_desk: Team,
    networks: Team,
    rita: Person,
    omar: Person,
    ana: Person,
    nora: Person,
    stan: Person,
    max_: Person,
    acting: Acting,
) -> None:
    ticket = given_ticket(team=networks)
    sees = {
        person.name: WorkItem.objects.visible_to(acting(person)).filter(pk=ticket.pk).exists()
        for person in (rita, omar, ana, nora, stan, max_)
    }
    assert sees == {
        "Rita": True,
        "Omar": False,
        "Ana": False,
        "Nora": True,
        "Stan": False,
        "Max": True,
    }


def test_a_confidential_ticket_is_for_its_team_and_those_who_take_part(
    ticket: Ticket,
    rita: Person,
    omar: Person,
    ana: Person,
    nora: Person,
    max_: Person,
    acting: Acting,
) -> None:
    actions.edit_ticket(ticket, by=acting(ana), is_confidential=True)
    visible = [
        person.name
        for person in (rita, omar, ana, nora, max_)
        if WorkItem.objects.visible_to(acting(person)).filter(pk=ticket.pk).exists()
    ]
    assert visible == ["Rita", "Omar", "Ana"]
    with pytest.raises(NotAllowed):
        actions.answer_ticket(ticket, by=acting(max_), text="x")
    actions.include(ticket, max_, by=acting(ana), kind=Participant.Kind.COLLABORATOR)
    actions.answer_ticket(ticket, by=acting(max_), text="Ahora sí")


def test_a_guest_sees_and_answers_one_ticket_and_no_notes(
    given_ticket: Given, rita: Person, omar: Person, acting: Acting
) -> None:
    mine, other = given_ticket(), given_ticket()
    actions.add_note(mine, by=acting(omar), text="Nota")
    guest = guest_of(rita, mine.pk)
    assert list(WorkItem.objects.visible_to(guest)) == [mine.item]
    assert {e.kind for e in Entry.objects.visible_to(guest)} == {Entry.Kind.MESSAGE}
    actions.receive_message(mine, by=guest, author=rita, text="Soy yo")
    with pytest.raises(NotAllowed):
        actions.resolve_ticket(mine, by=guest, answer="x")
    assert not WorkItem.objects.visible_to(guest).filter(pk=other.pk).exists()


def test_an_api_key_does_no_more_than_its_scope_and_its_person(
    ticket: Ticket, omar: Person, rita: Person
) -> None:
    key = actor_for(omar, only=frozenset({"work.see", "tickets.note"}), key_id=7)
    assert WorkItem.objects.visible_to(key).filter(pk=ticket.pk).exists()
    note = actions.add_note(ticket, by=key, text="Desde un guion")
    assert (note.author, note.author_kind) == (omar, "key")
    with pytest.raises(NotAllowed):
        actions.answer_ticket(ticket, by=key, text="x")
    with pytest.raises(NotAllowed):
        actions.answer_ticket(ticket, by=actor_for(rita, only=frozenset({"*"}), key_id=8), text="x")


def test_timers_act_as_the_timer(
    ticket: Ticket, omar: Person, acting: Acting, clock: TestClock, run_jobs: JobsRun
) -> None:
    clock.at("2026-03-02 09:00")
    actions.resolve_ticket(ticket, by=acting(omar), answer="Hecho")
    clock.advance(days=6)
    run_jobs()
    actions.close_ticket(ticket, by=TIMER, reason="time")
    assert fresh(ticket).is_closed
