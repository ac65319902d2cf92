"""What is not usual in the demo's year, and who may sign in there."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.contrib.auth.hashers import check_password

from atalaya.core.identity.models import Account
from atalaya.core.jobs.queries import is_declared
from atalaya.core.journal.models import Entry as Fact
from atalaya.core.people.models import Address
from atalaya.core.people.queries import actor_for
from atalaya.core.work.models import Category, PendingReason, WorkItem
from atalaya.engines.channels.models import OutgoingMail
from atalaya.kernel import clock
from atalaya.pages.demo import accounts, happenings, making
from atalaya.pages.demo.stories import STORIES
from atalaya.pages.demo.world import World
from atalaya.practices.tickets.models import Merge, Ticket

NOW = dt.datetime(2026, 3, 27, 12, 0, tzinfo=dt.UTC)


def quiet(_what: object, _done: int, _total: int) -> None:
    return None


@pytest.fixture
def world(db: None) -> World:
    """The company, on a working morning before its first ticket."""
    return making._found(60, random.Random(7))


def live(world: World, life: object) -> None:
    """Let one life happen to its end, an hour a step."""
    moment = NOW
    with clock.told_at(moment):
        steps = life(world)  # type: ignore[operator]  # a function of happenings
    while True:
        moment += dt.timedelta(hours=1)
        with clock.told_at(moment):
            if next(steps, None) is None:
                return


def test_an_outage_is_one_solution_for_everybody_who_told_of_it(world: World) -> None:
    live(world, happenings.outage)
    parent = WorkItem.objects.order_by("number").first()
    assert parent is not None
    assert parent.links_out.filter(kind="parent_of").count() >= 2
    assert Merge.objects.count() <= 1
    states = set(WorkItem.objects.values_list("category_of_state", flat=True))
    assert states <= {"resolved", "closed"}


def test_somebody_new_gets_a_checklist_that_is_ticked(world: World) -> None:
    live(world, happenings.joiner)
    item = WorkItem.objects.get()
    assert item.is_closed
    assert item.tasks.exists()
    assert not item.tasks.filter(done_at__isnull=True).exists()


def test_a_stolen_laptop_is_known_to_few(world: World) -> None:
    live(world, happenings.stolen)
    item = WorkItem.objects.get()
    assert (item.is_confidential, item.priority) == (True, 1)
    assert item.promises.get().kept_at is not None
    assert not WorkItem.objects.visible_to(world.agents["Networks"][0]).exists()


def test_two_matters_become_two_tickets_and_one_comes_back(world: World) -> None:
    live(world, happenings.two_in_one)
    assert WorkItem.objects.count() == 2
    assert sorted(Ticket.objects.values_list("bounces", flat=True)) == [0, 1]


def test_silence_waits_and_junk_is_thrown_away(world: World) -> None:
    live(world, happenings.silence)
    assert WorkItem.objects.get().pending_reason == PendingReason.objects.get(key="requester")
    live(world, happenings.junk)
    assert WorkItem.objects.filter(binned_as="spam").count() == 1


def test_the_categories_of_the_stories_are_there(world: World) -> None:
    known = {names["en"] for names in Category.objects.values_list("names", flat=True)}
    assert {story.category for story in STORIES} <= known


def test_no_mail_ever_goes_to_the_company(world: World) -> None:
    assert not Address.objects.filter(bounced_at__isnull=True).exists()
    live(world, happenings.outage)
    assert not OutgoingMail.objects.filter(sent_at__isnull=False).exists()


def test_the_first_steps_can_ask_for_the_demo() -> None:
    assert is_declared("demo.fill")


@pytest.mark.django_db
def test_whoever_is_told_a_password_may_do_what_is_said() -> None:
    making.make(people=60, tickets=30, days=30, progress=quiet)
    ready = accounts.open_accounts()
    assert len(ready) == 6
    for one in ready:
        account = Account.objects.get(email=one.address)
        assert check_password(one.password, account.password)
    admin, lead, agent = (
        actor_for(Account.objects.get(email=one.address).person) for one in ready[:3]
    )
    assert admin.may("people.grant")
    assert lead.may("people.merge")
    assert not agent.may("people.merge")
    assert agent.is_agent
    assert not Fact.objects.filter(name="journal.reaction_failed").exists()
    with pytest.raises(making.DeskIsInUse):
        making.make(people=60, tickets=1, force=True, progress=quiet)
