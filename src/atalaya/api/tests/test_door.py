"""What every request passes: who asks, how often, how large, answered already?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.preferences.actions import decide, switch_practice
from atalaya.core.work.models import WorkItem
from atalaya.testing.programs import Program

if TYPE_CHECKING:
    from atalaya.testing.clocks import TestClock

KeyOf = Callable[..., Program]
NEW = {"subject": "The printer on floor 2 is out of paper", "text": "Tray 3."}


def test_a_request_without_a_key_is_told_how_to_send_one(db: None) -> None:
    answer = Program().ask("GET", "tickets")
    told = json.loads(answer.content)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert told["code"] == "key_missing"


def test_a_revoked_or_made_up_key_opens_nothing(db: None) -> None:
    assert Program("atl_made_up").get("tickets", 401)["code"] == "key_not_good"


def test_a_key_is_narrowed_to_its_scope(key_of: KeyOf, omar: Person) -> None:
    program = key_of(omar, scope=("work.see", "tickets.open"))
    made = program.post("tickets", {**NEW, "requester_id": omar.pk}, 201)
    told = program.post(f"tickets/{made['number']}/note", {"text": "x"}, 403)
    assert told["code"] == "not_allowed"


def test_a_session_needs_its_forgery_token(visiting: Callable[..., Client], omar: Person) -> None:
    strict = visiting(omar)
    strict.handler.enforce_csrf_checks = True
    assert strict.get("/api/v1/me").status_code == 200
    answer = strict.post("/api/v1/tickets", json.dumps(NEW), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")


def test_what_is_not_there_and_what_a_method_is_not_for_have_the_same_form(
    key_of: KeyOf, omar: Person
) -> None:
    program = key_of(omar)
    assert program.get("nothing/here", 404)["code"] == "not_found"
    assert program.delete("tickets", 405)["code"] == "method_not_allowed"


def test_wrong_values_say_where_they_are(key_of: KeyOf, omar: Person) -> None:
    told = key_of(omar).post("tickets", {"subject": "x", "impact": 9, "colour": "red"}, 422)
    assert {one["path"] for one in told["errors"]} == {"body.impact", "body.colour"}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"subject": NaN}'])
def test_a_body_that_is_no_json_is_refused_politely(
    key_of: KeyOf, omar: Person, body: bytes
) -> None:
    answer = key_of(omar).ask("POST", "tickets", raw=body)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (400, "body_unreadable")


def test_control_characters_are_left_out(key_of: KeyOf, omar: Person) -> None:
    made = key_of(omar).post("tickets", {"subject": "a\x00b\ud800", "text": "c\x00d"}, 201)
    assert made["subject"] == "ab?"


def test_a_body_over_the_limit_is_refused_before_it_is_read(key_of: KeyOf, omar: Person) -> None:
    decide("api", by=SYSTEM, body_kilobytes=16)
    answer = key_of(omar).ask("POST", "tickets", {**NEW, "text": "x" * 17 * 1024})
    assert (answer.status_code, json.loads(answer.content)["code"]) == (413, "body_too_large")


def test_a_repeat_with_the_same_idempotency_key_gets_the_same_answer(
    key_of: KeyOf, omar: Person
) -> None:
    program = key_of(omar)
    first = program.ask("POST", "tickets", NEW, label="one")
    second = program.ask("POST", "tickets", NEW, label="one")
    assert first.content == second.content
    assert (first.status_code, second.status_code) == (201, 201)
    assert second["Idempotency-Replayed"] == "true"
    assert WorkItem.objects.count() == 1


def test_a_refusal_is_repeated_too_and_leaves_nothing_behind(key_of: KeyOf, omar: Person) -> None:
    program = key_of(omar)
    for _time in range(2):
        assert program.post("tickets", {"subject": " "}, 422, label="two")["code"] == (
            "subject_missing"
        )
    assert WorkItem.objects.count() == 0


def test_the_same_idempotency_key_for_something_else_is_refused(
    key_of: KeyOf, omar: Person
) -> None:
    program = key_of(omar)
    program.post("tickets", NEW, 201, label="three")
    told = program.post("tickets", {"subject": "Another"}, 422, label="three")
    assert told["code"] == "idempotency_key_reused"


def test_idempotency_keys_of_two_programs_do_not_meet(
    key_of: KeyOf, omar: Person, nora: Person
) -> None:
    key_of(omar).post("tickets", NEW, 201, label="four")
    key_of(nora).post("tickets", {"subject": "Another"}, 201, label="four")


def test_an_idempotency_key_is_forgotten_in_time(
    key_of: KeyOf, omar: Person, clock: TestClock
) -> None:
    clock.at("2026-11-23 10:00")
    decide("api", by=SYSTEM, remember_hours=2)
    program = key_of(omar)
    first = program.post("tickets", NEW, 201, label="five")
    clock.advance(hours=3)
    assert program.post("tickets", NEW, 201, label="five")["number"] != first["number"]


def test_who_asks_too_often_is_told_when_to_come_back(
    key_of: KeyOf, omar: Person, nora: Person, clock: TestClock
) -> None:
    clock.at("2026-11-23 10:00")
    decide("api", by=SYSTEM, requests_per_minute=60, burst=3)
    program = key_of(omar)
    for _time in range(3):
        program.get("me")
    answer = program.ask("GET", "me")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    key_of(nora).get("me")
    clock.advance(seconds=1)
    program.get("me")


def test_a_practice_that_is_off_has_no_operations_and_no_description(
    key_of: KeyOf, omar: Person, client: Client
) -> None:
    program = key_of(omar)
    assert "/api/v1/tickets" in client.get("/api/v1/openapi.json").json()["paths"]
    switch_practice("tickets", by=SYSTEM, on=False)
    assert program.get("tickets", 404)["code"] == "not_found"
    assert "/api/v1/tickets" not in client.get("/api/v1/openapi.json").json()["paths"]
