"""Long lists by key."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.contrib.contenttypes.models import ContentType
from hypothesis import given
from hypothesis import strategies as st

from atalaya.ui.pages import Key, Page, decode, encode, page_of

KEYS = (Key("app_label", "str", descending=True), Key("id"))
NUL, SURROGATE = (
    "WyJcdTAwMDAiLCAxXQ",
    "WyJcdWQ4MDAiLCAxXQ",
)  # the cursors ["\\u0000", 1], ["\\ud800", 1]


@pytest.fixture
def _rows(db: None) -> None:
    ContentType.objects.all().delete()
    for app in ("a", "b", "b", "b", "c"):
        ContentType.objects.create(app_label=app, model=f"m{ContentType.objects.count()}")


def walk(size: int) -> list[list[str]]:
    """Every page from the first to the last."""
    pages, after = [], None
    while True:
        page: Page[ContentType] = page_of(ContentType.objects.all(), KEYS, after=after, size=size)
        pages.append([f"{row.app_label}{row.model}" for row in page.rows])
        if page.next is None:
            return pages
        after = page.next


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("size", [1, 2, 3, 5, 50])
def test_pages_together_are_the_whole_list_once(size: int) -> None:
    flat = [row for page in walk(size) for row in page]
    assert flat == ["cm4", "bm1", "bm2", "bm3", "am0"]


@pytest.mark.usefixtures("_rows")
def test_a_row_that_comes_between_two_pages_shifts_nothing() -> None:
    first = page_of(ContentType.objects.all(), KEYS, size=2)
    ContentType.objects.create(app_label="z", model="new")
    second = page_of(ContentType.objects.all(), KEYS, after=first.next, size=2)
    assert [row.model for row in second.rows] == ["m2", "m3"]


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(
    "cursor", ["", "x", "////", "W10", "WyJhIl0", "W251bGwsIG51bGxd", "A" * 2000, NUL, SURROGATE]
)
def test_a_cursor_that_is_not_ours_starts_anew(cursor: str) -> None:
    page = page_of(ContentType.objects.all(), KEYS, after=cursor, size=1)
    assert page.rows[0].model == "m4"


@given(
    st.datetimes(timezones=st.just(dt.UTC)),
    st.integers(min_value=-(2**62), max_value=2**62),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50),
)
def test_a_cursor_brings_back_what_it_was_made_of(at: dt.datetime, pk: int, name: str) -> None:
    keys = (Key("at", "datetime"), Key("name", "str"), Key("pk"))
    row = SimpleNamespace(at=at, name=name, pk=pk)
    assert decode(encode(keys, row), keys) == [at, name, pk]
