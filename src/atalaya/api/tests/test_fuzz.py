"""Everything the description allows, and then some: no answer is our mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import schemathesis
from django.test import Client
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from atalaya.core.people.models import SYSTEM, Person, Team
from atalaya.core.preferences.actions import decide
from atalaya.testing.programs import Program

TRIES = 6  # of each operation and kind of input
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def in_this_transaction(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Our application as a WSGI one that stays on the connection of the test."""
    answer = ClientHandler()(environ)
    start(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [b"".join(answer)]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_input_breaks_an_operation(
    mode: GenerationMode,
    client: Client,
    key_of: Callable[..., Program],
    max_: Person,
    rita: Person,
    front_desk: Team,
) -> None:
    decide("api", by=SYSTEM, requests_per_minute=1_000_000, burst=100_000)
    program = key_of(max_)
    numbers = [
        program.post("tickets", {"subject": f"{n}", "text": "x", "requester_id": rita.pk}, 201)[
            "number"
        ]
        for n in range(3)
    ]
    schema = schemathesis.openapi.from_dict(client.get("/api/v1/openapi.json").json())
    schema.app = in_this_transaction
    people, teams = [rita.pk, max_.pk], [front_desk.pk]
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # our description is valid

        @settings(
            max_examples=TRIES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode), st.data())
        def ask(case: Any, data: st.DataObject) -> None:
            known = {"number": numbers, "person_id": people, "team_id": teams}
            for name, values in known.items():  # half of the time, something that is there
                if name in (case.path_parameters or {}) and data.draw(st.booleans()):
                    case.path_parameters[name] = data.draw(st.sampled_from(values))
            answer = case.call(headers=program.headers)
            case.validate_response(answer, checks=CHECKS)

        ask()
