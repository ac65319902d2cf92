"""A ticket's life, whatever is done to it in whatever order, by the real actions."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from atalaya.core.journal.actions import fire_timers
from atalaya.core.journal.queries import facts_about
from atalaya.core.people.actions import add_person, join_team, save_team
from atalaya.core.people.models import SYSTEM
from atalaya.core.people.queries import actor_for
from atalaya.core.work.models import Entry, PendingReason, StateCategory, Turn, WorkItem
from atalaya.kernel import clock
from atalaya.kernel.errors import AtalayaError
from atalaya.practices.tickets import actions
from atalaya.practices.tickets.models import Ticket

START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


class Life(RuleBasedStateMachine):
    """Agents and a requester act, time passes, tickets merge and come apart."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.stack.callback(transaction.set_rollback, True)
        self.now = START
        self.stack.enter_context(clock.at(START))
        team = save_team(by=SYSTEM, name="First", tier=1)
        self.other_team = save_team(by=SYSTEM, name="Second", tier=2)
        self.rita = add_person("Rita", by=SYSTEM)
        omar = add_person("Omar", by=SYSTEM)
        for one in (team, self.other_team):
            join_team(one, omar, by=SYSTEM)
        self.asks, self.works, self.omar = actor_for(self.rita), actor_for(omar), omar
        self.teams = [team, self.other_team]
        self.tickets: list[Ticket] = []
        self.public: dict[int, bool] = {}
        for subject in ("One", "Two", "Three"):
            self.tickets.append(
                actions.open_ticket(
                    Ticket.Kind.INCIDENT,
                    by=self.works,
                    subject=subject,
                    requester=self.rita,
                    text="Help",
                    team=team,
                )
            )

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def _try(self, act: object) -> None:
        """Do it; a refusal is fine and changes nothing, anything else is not."""
        assert callable(act)
        with suppress(AtalayaError), transaction.atomic():
            act()

    which = st.integers(0, 2)

    @rule(at=which, text=st.sampled_from(["Looking", "Done", " "]))
    def answer(self, at: int, text: str) -> None:
        self._try(lambda: actions.answer_ticket(self.tickets[at], by=self.works, text=text))

    @rule(at=which)
    def note(self, at: int) -> None:
        self._try(lambda: actions.add_note(self.tickets[at], by=self.works, text="Note"))

    @rule(at=which)
    def requester_writes(self, at: int) -> None:
        self._try(
            lambda: actions.receive_message(
                self.tickets[at], by=self.asks, author=self.rita, text="And?"
            )
        )

    @rule(at=which, key=st.sampled_from(["requester", "supplier", "scheduled"]))
    def wait(self, at: int, key: str) -> None:
        reason = PendingReason.objects.get(key=key)
        self._try(lambda: actions.wait_for(self.tickets[at], by=self.works, reason=reason))

    @rule(at=which, hours=st.integers(-1, 48))
    def snooze(self, at: int, hours: int) -> None:
        until = clock.now() + dt.timedelta(hours=hours)
        self._try(lambda: actions.snooze_ticket(self.tickets[at], by=self.works, until=until))

    @rule(at=which)
    def resume(self, at: int) -> None:
        self._try(lambda: actions.resume_ticket(self.tickets[at], by=self.works))

    @rule(at=which, team=st.integers(0, 1))
    def hand_over(self, at: int, team: int) -> None:
        self._try(
            lambda: actions.hand_over(
                self.tickets[at], by=self.works, team=self.teams[team], note="Yours"
            )
        )

    @rule(at=which)
    def take(self, at: int) -> None:
        self._try(lambda: actions.assign_ticket(self.tickets[at], by=self.works, person=self.omar))

    @rule(at=which, answer=st.sampled_from(["", "Solved"]))
    def resolve(self, at: int, answer: str) -> None:
        self._try(lambda: actions.resolve_ticket(self.tickets[at], by=self.works, answer=answer))

    @rule(at=which, own=st.booleans())
    def close(self, at: int, own: bool) -> None:
        by = self.asks if own else self.works
        self._try(lambda: actions.close_ticket(self.tickets[at], by=by))

    @rule(at=which, own=st.booleans())
    def reopen(self, at: int, own: bool) -> None:
        by = self.asks if own else self.works
        self._try(lambda: actions.reopen_ticket(self.tickets[at], by=by))

    @rule(one=which, other=which)
    def merge(self, one: int, other: int) -> None:
        self._try(
            lambda: actions.merge_ticket(self.tickets[one], into=self.tickets[other], by=self.works)
        )

    @rule(at=which)
    def unmerge(self, at: int) -> None:
        self._try(lambda: actions.unmerge_ticket(self.tickets[at], by=self.works))

    @rule(at=which, spam=st.booleans())
    def bin(self, at: int, spam: bool) -> None:
        self._try(lambda: actions.bin_ticket(self.tickets[at], by=self.works, spam=spam))

    @rule(at=which)
    def restore(self, at: int) -> None:
        self._try(lambda: actions.restore_ticket(self.tickets[at], by=self.works))

    @rule(hours=st.sampled_from([1, 30, 24 * 6, 24 * 20]))
    def time_passes(self, hours: int) -> None:
        self.now = clock.now() + dt.timedelta(hours=hours)
        self.stack.enter_context(clock.at(self.now))
        fire_timers()

    @invariant()
    def instants_agree_with_the_state(self) -> None:
        for item in WorkItem.objects.all():
            category = item.category_of_state
            done = category in {StateCategory.RESOLVED, StateCategory.CLOSED}
            assert (item.closed_at is not None) == (category == StateCategory.CLOSED)
            assert (item.resolved_at is not None) == done
            assert (item.turn == Turn.NOBODY) == done
            assert (item.waiting_since is not None) == (
                item.turn in {Turn.REQUESTER, Turn.THIRD_PARTY, Turn.SCHEDULED, Turn.APPROVER}
            )
            assert item.merged_into_id is None or done
            assert item.pending_reason_id is None or item.waiting_since is not None

    @invariant()
    def nothing_said_is_lost_and_nothing_internal_becomes_public(self) -> None:
        now = dict(Entry.objects.values_list("pk", "is_public"))
        for pk, public in getattr(self, "public", {}).items():
            assert pk in now
            assert now[pk] <= public
        self.public = now

    @invariant()
    def the_journal_tells_the_state(self) -> None:
        for item in WorkItem.objects.all():
            told = facts_about(item).filter(name="work.state_changed").last()
            assert told is None or told.facts["after"] == item.state
            turned = facts_about(item).filter(name="work.turn_changed").last()
            assert turned is None or turned.facts["after"] == item.turn

    @invariant()
    def every_timer_of_closing_still_has_its_ticket(self) -> None:
        for item in WorkItem.objects.filter(category_of_state=StateCategory.RESOLVED):
            assert item.resolved_at is not None
            assert item.resolved_at <= clock.now()


@pytest.mark.django_db
def test_a_ticket_keeps_its_promises_whatever_is_done_to_it() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes and saves few steps
            suppress_health_check=list(HealthCheck),
        ),
    )
