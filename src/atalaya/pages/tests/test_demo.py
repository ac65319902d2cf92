"""The demo's year, in small."""

import datetime as dt
import random
from typing import Any

import pytest

from atalaya.core.journal.models import Entry as Fact
from atalaya.core.journal.models import Pending
from atalaya.core.people.models import Person, Site, Team
from atalaya.core.work.models import Category, Entry, PendingReason, WorkItem
from atalaya.kernel import clock
from atalaya.kernel.plugs import run_starters
from atalaya.pages.demo import company, making
from atalaya.pages.demo.stories import STORIES, THINGS, told

NOW = dt.datetime(2026, 3, 27, 12, 0, tzinfo=dt.UTC)


def quiet(_what: Any, _done: Any, _total: Any) -> Any:
    return None


@pytest.fixture
def demo(db: Any) -> Any:
    with clock.at(NOW):
        run_starters()
        return making.make(people=60, tickets=40, days=60, progress=quiet)


def test_a_year_is_lived_through_in_its_order(demo: Any) -> None:
    assert WorkItem.objects.count() == demo.tickets >= 40
    opened = list(WorkItem.objects.order_by("number").values_list("created_at", flat=True))
    assert opened == sorted(opened)
    assert all(moment < NOW for moment in opened)
    assert not Fact.objects.filter(at__gt=NOW, name__startswith="tickets.").exists()
    assert not Entry.objects.filter(created_at__gt=NOW).exists()


def test_it_has_everything_a_desk_sees(demo: Any) -> None:
    categories = set(WorkItem.objects.values_list("category_of_state", flat=True))
    assert "closed" in categories
    assert {"new", "open", "waiting", "resolved"} & categories
    assert set(WorkItem.objects.values_list("language", flat=True)) == {"en", "es"}
    assert Entry.objects.filter(is_public=False).exists()
    assert Fact.objects.filter(name="tickets.escalated").exists()
    assert Team.objects.count() == 5
    assert Site.objects.count() == 3
    assert Person.objects.count() == 60


def test_nobody_gets_mail_about_it(demo: Any) -> None:
    assert not Pending.objects.filter(reaction__startswith="tickets.mail_").exists()
    assert Pending.objects.filter(reaction="search.learn_words").exists()


def test_a_desk_in_use_is_left_alone(demo: Any) -> None:
    before = WorkItem.objects.count()
    with pytest.raises(making.DeskIsInUse):
        making.make(people=60, tickets=10, progress=quiet)
    assert WorkItem.objects.count() == before


def test_the_same_company_every_time() -> None:
    one, two = (company.employees(40, random.Random(5)) for _again in range(2))
    assert one == two
    assert len({person.address for person in one}) == 40
    assert all(person.address.endswith(".example") for person in one)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.subject["en"])
def test_every_story_is_told_in_both_languages(story: Any, db: Any) -> None:
    run_starters()
    things = {name: values[0] for name, values in THINGS.items()}
    texts = [story.subject, story.report, story.solution, *(turn.text for turn in story.turns)]
    for text in texts:
        assert set(text) == {"en", "es"}
        assert told(text, "es", things)
        assert told(text, "en", things)
    assert Category.objects.filter(names__en=story.category).exists()
    for turn in story.turns:
        if turn.who == "hand_over":
            assert turn.team in {team["name"] for team in company.COMPANY["teams"]}
        if turn.who == "wait":
            assert PendingReason.objects.filter(key=turn.reason).exists()
