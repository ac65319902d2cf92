"""Signed links for guests: nothing of them can be changed."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from atalaya.core.identity.links import guest_token, read_guest_token

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=90)
Ids = st.integers(min_value=1, max_value=2**62)


@given(Ids, Ids)
def test_a_link_says_what_was_signed_until_its_end(item_id: int, person_id: int) -> None:
    token = guest_token(item_id, person_id, until=LATER, key="k")
    link = read_guest_token(token, key="k", now=NOW)
    assert link is not None
    assert (link.item_id, link.person_id, link.until) == (item_id, person_id, LATER)
    assert read_guest_token(token, key="k", now=LATER) is None
    assert read_guest_token(token, key="other", now=NOW) is None


@given(Ids, Ids, st.integers(min_value=0, max_value=3), st.text(max_size=40))
def test_no_part_can_be_changed(item_id: int, person_id: int, part: int, other: str) -> None:
    token = guest_token(item_id, person_id, until=LATER, key="k")
    parts = token.split("-")
    if parts[part] != other:
        parts[part] = other
        assert read_guest_token("-".join(parts), key="k", now=NOW) is None


@given(st.text(max_size=300))
def test_rubbish_is_refused_and_never_raises(token: str) -> None:
    assert read_guest_token(token, key="k", now=NOW) is None
