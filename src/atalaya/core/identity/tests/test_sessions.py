"""Sessions: listed, revoked, ended by a new password, by age and by idleness."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client

from atalaya.core.identity.actions import end_session, open_account, set_password
from atalaya.core.identity.models import OpenSession
from atalaya.core.identity.session_store import SessionStore, kept_as
from atalaya.core.journal.models import Entry
from atalaya.core.people.actions import change_person
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.people.queries import actor_for
from atalaya.core.preferences.actions import decide
from atalaya.kernel.errors import NotFound
from atalaya.testing.cast import PASSWORD
from atalaya.testing.clocks import TestClock

Visiting = Callable[..., Client]


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_all_sessions_are_listed_with_where_they_are(omar: Person, visiting: Visiting) -> None:
    here = visiting(omar, address="192.0.2.1")
    visiting(omar, address="2001:db8::5")
    page = here.get("/account/").text
    assert "192.0.2.1" in page
    assert "2001:db8::5" in page
    assert page.count("this one") == 1


def test_one_session_is_ended_and_the_others_stay(omar: Person, visiting: Visiting) -> None:
    first, second, third = visiting(omar), visiting(omar), visiting(omar)
    gone = OpenSession.objects.order_by("pk")[1]
    assert first.post(f"/account/sessions/{gone.pk}/end/").status_code == 303
    assert (is_in(first), is_in(second), is_in(third)) == (True, False, True)
    assert Entry.objects.get(name="identity.session_ended").facts == {
        "person_id": omar.pk,
        "session_id": gone.pk,
        "why": "revoked",
    }


def test_everywhere_else_is_ended_at_once(omar: Person, visiting: Visiting) -> None:
    clients = [visiting(omar) for _browser in range(4)]
    clients[0].post("/account/sessions/others/end/")
    assert [is_in(client) for client in clients] == [True, False, False, False]


def test_nobody_ends_sessions_of_others_but_who_manages_accounts(
    omar: Person, rita: Person, max_: Person, visiting: Visiting
) -> None:
    victim = visiting(rita)
    session = OpenSession.objects.get(account__person=rita)
    assert visiting(omar).post(f"/account/sessions/{session.pk}/end/").status_code == 404
    with pytest.raises(NotFound):
        end_session(session.pk, by=actor_for(omar))
    assert is_in(victim)
    end_session(session.pk, by=actor_for(max_))
    assert not is_in(victim)


def test_changing_the_password_ends_every_other_session(omar: Person, visiting: Visiting) -> None:
    set_password(open_account(omar, by=SYSTEM), PASSWORD, by=SYSTEM)
    here, there = visiting(omar), visiting(omar)
    new = "another long pass phrase"
    wrong = {"present": "not it at all", "password": new, "again": new}
    assert here.post("/account/password/", wrong).status_code == 422
    assert is_in(there)
    right = {**wrong, "present": PASSWORD}
    assert here.post("/account/password/", right).status_code == 303
    assert (is_in(here), is_in(there)) == (True, False)


@pytest.mark.parametrize("weak", ["too few", "qwerty123456", "omar@example.org", "123456789012345"])
def test_weak_passwords_are_refused_with_the_reason(
    omar: Person, visiting: Visiting, weak: str
) -> None:
    answer = visiting(omar).post("/account/password/", {"password": weak, "again": weak})
    assert answer.status_code == 422
    assert "field-errors" in answer.text
    assert weak not in answer.text


def test_a_session_ends_without_use_and_after_a_month_in_any_case(
    omar: Person, visiting: Visiting, clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    decide("identity", by=SYSTEM, idle_hours=24, session_days=3)
    idle, used = visiting(omar), visiting(omar)
    for _half_day in range(5):
        clock.advance(hours=12)
        assert is_in(used)
    assert not is_in(idle)
    clock.advance(hours=13)
    assert not is_in(used)


def test_a_person_who_is_switched_off_is_out_at_once(omar: Person, visiting: Visiting) -> None:
    client = visiting(omar)
    assert is_in(client)
    change_person(omar, by=SYSTEM, is_active=False)
    assert not is_in(client)
    assert not OpenSession.objects.filter(ended_at__isnull=True).exists()


def test_language_and_zone_are_ones_own_choice(rita: Person, visiting: Visiting) -> None:
    client = visiting(rita)
    assert '<html lang="es"' in client.get("/account/").text
    chosen = {"language": "en", "zone": "America/Bogota"}
    assert client.post("/account/look/", chosen).status_code == 303
    rita.refresh_from_db()
    assert (rita.language, rita.zone) == ("en", "America/Bogota")
    assert '<html lang="en"' in client.get("/account/").text
    assert client.post("/account/look/", {"zone": "Mars/Base"}).status_code == 422


def test_a_browser_that_signs_in_as_somebody_else_leaves_the_first(
    omar: Person, rita: Person, visiting: Visiting
) -> None:
    client = visiting(omar)
    set_password(open_account(rita, by=SYSTEM), PASSWORD, by=SYSTEM)
    client.post("/sign-in/", {"email": "rita@example.org", "password": PASSWORD})
    assert "Rita" in client.get("/account/").text
    assert OpenSession.objects.get(account__person=omar).ended_at is not None


def test_the_table_of_sessions_holds_no_key_that_a_browser_could_send(
    omar: Person, visiting: Visiting
) -> None:
    from django.contrib.sessions.models import Session

    client = visiting(omar)
    key = client.session.session_key
    assert key is not None
    assert Session.objects.filter(session_key=kept_as(key)).exists()
    assert not Session.objects.filter(session_key=key).exists()
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept_as(key)
    assert not is_in(thief)
    client.post("/sign-out/")
    assert not Session.objects.filter(session_key=kept_as(key)).exists()


async def _through_an_event_loop() -> tuple[object, object, bool, bool]:
    store = SessionStore()
    await store.aset("a", 1)
    await store.asave()
    again = SessionStore(store.session_key)
    known = await again.aget("a"), await SessionStore("nobodys" * 5).aget("a")
    there = await store.aexists(str(store.session_key))
    await store.adelete()
    return *known, there, await store.aexists(str(store.session_key))


@pytest.mark.django_db(transaction=True)
def test_sessions_work_inside_an_event_loop_too() -> None:
    assert async_to_sync(_through_an_event_loop)() == (1, None, True, False)
