"""Live updates: who may follow what, and from the commit to the page."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import AsyncClient

from atalaya.core.journal.actions import append
from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.work.actions import open_item
from atalaya.core.work.events import FieldChanged
from atalaya.core.work.models import WorkItem
from atalaya.engines.realtime import listening, topics


@pytest.fixture
def item(rita: Person, front_desk: Team) -> WorkItem:
    return open_item("incident", by=SYSTEM, subject="VPN", requester=rita, team=front_desk)


def test_a_case_is_followed_by_who_may_see_it(
    item: WorkItem, omar: Person, rita: Person, stan: Person, acting: Any
) -> None:
    name = f"item-{item.pk}"
    assert topics.may_follow(name, acting(omar))
    assert topics.may_follow(name, acting(rita))
    assert not topics.may_follow(name, acting(stan))


def test_that_anything_happens_is_known_to_agents_only(
    omar: Person, rita: Person, acting: Any
) -> None:
    assert topics.may_follow(topics.ITEMS, acting(omar))
    assert not topics.may_follow(topics.ITEMS, acting(rita))


@pytest.mark.parametrize("name", ["", "item-", "item-x", "people", "item-1 or 1=1", "*"])
def test_what_nobody_declared_cannot_be_followed(name: str, omar: Person, acting: Any) -> None:
    assert not topics.may_follow(name, acting(omar))


def test_a_page_hears_its_own_topics_and_the_wider_ones() -> None:
    async def run() -> None:
        hub = listening.Hub()
        hub._listen = _idle  # type: ignore[method-assign]  # no database in this one
        with hub.follow(frozenset({"item-1"})) as one, hub.follow(frozenset({"items"})) as all_:
            hub.hand_out("item-1")
            hub.hand_out("item-2")
            assert [one.get_nowait()] == ["item-1"]
            assert [all_.get_nowait(), all_.get_nowait()] == ["items", "items"]
            assert one.empty()

    asyncio.run(run())


def test_a_page_that_is_too_slow_learns_that_it_is_behind() -> None:
    async def run() -> None:
        hub = listening.Hub()
        hub._listen = _idle  # type: ignore[method-assign]  # no database in this one
        with hub.follow(frozenset({"items"})) as queue:
            for number in range(listening.QUEUE + 5):
                hub.hand_out(f"item-{number}")
            heard = [queue.get_nowait() for _ in range(queue.qsize())]
            assert listening.ALL in heard
            assert len(heard) <= listening.QUEUE

    asyncio.run(run())


async def _idle() -> None:
    await asyncio.sleep(0)


@pytest.mark.django_db(transaction=True)
def test_a_commit_reaches_an_open_page_and_a_rollback_does_not(
    omar: Person, item: WorkItem
) -> None:
    from atalaya.core.identity.actions.accounts import open_account
    from atalaya.core.identity.actions.sessions import SESSION_KEY, open_session

    account = open_account(omar, by=SYSTEM)
    client = AsyncClient()

    def sign_in() -> None:
        client.force_login(account)
        session = client.session
        session[SESSION_KEY] = open_session(account, method="password").pk
        session.save()

    def change(*, keep: bool) -> None:
        with transaction.atomic():
            append(FieldChanged(item.pk, "subject" if keep else "kind"), by=SYSTEM, about=item)
            transaction.set_rollback(not keep)

    async def run() -> list[str]:
        answer: Any = await client.get(f"/console/live/?topic=item-{item.pk}&topic=people")
        assert answer["Content-Type"].startswith("text/event-stream")
        heard: list[str] = []
        stream = aiter(answer.streaming_content)
        heard.append((await asyncio.wait_for(anext(stream), 10)).decode())
        await sync_to_async(change)(keep=False)
        await sync_to_async(change)(keep=True)
        heard.append((await asyncio.wait_for(anext(stream), 10)).decode())
        await stream.aclose()
        return heard

    sign_in()
    first, second = asyncio.run(run())
    assert first.startswith("retry:")
    assert second == f"event: changed\ndata: item-{item.pk}\n\n"


def test_following_nothing_is_not_found(browser_of: Any, omar: Person) -> None:
    from django.urls import reverse

    address = reverse("console:realtime:stream")
    assert browser_of(omar).get(f"{address}?topic=nonsense").status_code == 404
