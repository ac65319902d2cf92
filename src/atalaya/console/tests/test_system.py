"""The page on which the desk says how it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from atalaya.core.people.models import Person
from atalaya.kernel.plugs import FINDINGS, Found, finding


@pytest.fixture
def bad_news() -> Iterator[None]:
    """Two checks: one finds something, one falls over."""
    kept = dict(FINDINGS._plugged)
    finding("made.up", "Whether the made-up thing is well")(
        lambda: [Found("error", "It has %(count)s holes.", {"count": 3}, url="/console/")]
    )

    def falls() -> list[Found]:
        raise ZeroDivisionError

    finding("made.broken", "Whether a check can fall")(falls)
    yield
    FINDINGS._plugged.clear()
    FINDINGS._plugged.update(kept)


@pytest.mark.usefixtures("bad_news")
def test_findings_stand_first_and_a_check_that_falls_is_one(
    visiting: Callable[..., Client], max_: Person
) -> None:
    page = visiting(max_).get("/console/settings/system/").content.decode()
    assert "It has 3 holes." in page
    assert "ZeroDivisionError" in page
    assert "PostgreSQL" in page


def test_the_system_page_is_for_administrators(
    visiting: Callable[..., Client], omar: Person
) -> None:
    assert visiting(omar).get("/console/settings/system/").status_code == 403
