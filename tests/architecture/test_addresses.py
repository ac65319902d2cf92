"""Every address and every operation, walked by the whole cast and held against the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from tests.architecture.addresses import ADDRESSES, ANYONE, CAST, NOBODY, OPERATIONS, Row
from tests.architecture.samples import make_samples

from atalaya.core.people.models import Actor, Person, Team

SIGN_IN = "/sign-in"
REFUSED = {401, 403, 404}


def patterns(found: list[Any], name: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its full name."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, f"{name}{one.namespace or ''}:".lstrip(":"))
        else:
            yield f"{name}{one.name or one.pattern}", one


def known_addresses() -> list[str]:
    """The names of all addresses but those of the API, which has operations."""
    names = {name for name, _pattern in patterns(get_resolver().url_patterns)}
    return sorted(name for name in names if not name.startswith("api-v1:"))


def operations() -> dict[str, tuple[str, str]]:
    """Operation id → (method, path with gaps)."""
    from ninja import NinjaAPI

    from atalaya.api.v1 import version_1

    found = {}
    # Ninja's own description: ours leaves out what is switched off, and asks the database.
    for path, methods in NinjaAPI.get_openapi_schema(version_1())["paths"].items():
        for method, operation in methods.items():
            found[operation["operationId"]] = (method, path)
    return found


def outcome(answer: HttpResponse) -> str:
    """What an answer means for whoever asked: let in, or refused."""
    if answer.streaming:  # nobody reads it; closing it must not close the database
        request_finished.disconnect(close_old_connections)
        answer.close()
        request_finished.connect(close_old_connections)
    if answer.status_code in {301, 302, 303, 307} and SIGN_IN in answer.headers["Location"]:
        return "refused"
    assert answer.status_code < 500, f"answered {answer.status_code}"
    return "refused" if answer.status_code in REFUSED else "let in"


@pytest.fixture
def people(
    rita: Person, stan: Person, nora: Person, omar: Person, ana: Person, max_: Person
) -> dict[str, Person | None]:
    """The cast by the names of the table."""
    return dict(zip(CAST, (None, stan, rita, nora, omar, ana, max_), strict=True))


@pytest.fixture
def samples(
    rita: Person,
    stan: Person,
    omar: Person,
    ana: Person,
    front_desk: Team,
    acting: Callable[[Person], Actor],
) -> dict[str, Any]:
    """What stands in the gaps: a ticket of Rita at the front desk, and what is in it."""
    return make_samples(
        rita=rita,
        agent=omar,
        stranger=stan,
        team=front_desk,
        by=acting(omar),
        lead=acting(ana),
    )


def test_every_address_is_in_the_table() -> None:
    missing = set(known_addresses()) - set(ADDRESSES)
    assert not missing, "say who may open it in tests/architecture/addresses.py:\n  " + "\n  ".join(
        sorted(missing)
    )
    gone = set(ADDRESSES) - set(known_addresses())
    assert not gone, f"no longer an address: {sorted(gone)}"


def test_every_operation_is_in_the_table() -> None:
    missing = set(operations()) - set(OPERATIONS)
    assert not missing, "say who may do it in tests/architecture/addresses.py:\n  " + "\n  ".join(
        sorted(missing)
    )
    gone = set(OPERATIONS) - set(operations())
    assert not gone, f"no longer an operation: {sorted(gone)}"


def test_every_line_refuses_somebody_or_is_meant_for_all() -> None:
    for name, line in {**ADDRESSES, **OPERATIONS}.items():
        assert line.let_in <= set(CAST), name
        assert line.let_in == ANYONE or NOBODY not in line.let_in, name


def _filled(line: Row, samples: dict[str, Any]) -> dict[str, Any]:
    body = {}
    for name, value in (line.body or {}).items():
        is_sample = isinstance(value, str) and value.startswith("$")
        body[name] = samples[value[1:]] if is_sample else value
    return body


def _ask(client: Client, path: str, line: Row, samples: dict[str, Any]) -> HttpResponse:
    if line.body is None:
        answer = client.get(path)
        if answer.status_code != 405:
            return answer
    # What only takes forms; an empty one if the table says no more.
    return client.post(path, _filled(line, samples))


def _walk(ask: Callable[[str], HttpResponse]) -> set[str]:
    """Who was let in; what anybody does is undone before the next one tries."""
    found = set()
    for who in CAST:
        with transaction.atomic():
            if outcome(ask(who)) == "let in":
                found.add(who)
            transaction.set_rollback(True)
    return found


STREAMS = {"console:realtime:stream", "portal:realtime:stream"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(STREAMS))
def test_a_stream_lets_in_whom_the_table_says(
    name: str,
    people: dict[str, Person | None],
    samples: dict[str, Any],
    browser_of: Callable[[Person | None], Client],
) -> None:
    # A stream gives its database connection back before it waits, so it cannot be undone.
    path = f"{reverse(name)}?topic=item-{samples['item']}"
    asked = {who: outcome(browser_of(people[who]).get(path)) for who in CAST}
    let_in = [who for who, what in asked.items() if what == "let in"]
    assert sorted(let_in) == sorted(ADDRESSES[name].let_in)


@pytest.mark.parametrize(
    "name", [name for name in known_addresses() if name in ADDRESSES and name not in STREAMS]
)
def test_an_address_lets_in_whom_the_table_says(
    name: str,
    people: dict[str, Person | None],
    samples: dict[str, Any],
    browser_of: Callable[[Person | None], Client],
) -> None:
    line = ADDRESSES[name]
    path = reverse(name, kwargs={gap: samples[value] for gap, value in line.gaps.items()})
    let_in = _walk(lambda who: _ask(browser_of(people[who]), path, line, samples))
    assert sorted(let_in) == sorted(line.let_in)


def _operation_path(line: Row, path: str, samples: dict[str, Any]) -> str:
    for gap, value in line.gaps.items():
        path = path.replace("{" + gap + "}", str(samples[value]))
    assert "{" not in path, f"{path} has a gap that the table does not fill"
    return path


@pytest.mark.parametrize("name", [name for name in operations() if name in OPERATIONS])
def test_an_operation_lets_in_whom_the_table_says(
    name: str,
    people: dict[str, Person | None],
    samples: dict[str, Any],
    program_of: Callable[[Person | None], Client],
) -> None:
    line, (method, path) = OPERATIONS[name], operations()[name]
    path = _operation_path(line, path, samples)
    body: dict[str, Any] = {}
    if line.body is not None:
        body = {"data": _filled(line, samples), "content_type": "application/json"}
    let_in = _walk(lambda who: getattr(program_of(people[who]), method)(path, **body))
    assert sorted(let_in) == sorted(line.let_in)


def test_an_answer_is_read_for_what_it_means() -> None:
    assert outcome(HttpResponse(status=404)) == "refused"
    assert outcome(HttpResponse(status=302, headers={"Location": "/sign-in/?next=/"})) == "refused"
    assert outcome(HttpResponse(status=303, headers={"Location": "/requests/"})) == "let in"
    assert outcome(HttpResponse(status=422)) == "let in"
    with pytest.raises(AssertionError):
        outcome(HttpResponse(status=500))
