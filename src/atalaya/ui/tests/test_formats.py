"""How times, spans and sizes read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from atalaya.ui import formats

NOW = dt.datetime(2026, 3, 29, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (-5, "now", "ahora"),
        (-65, "1 min ago", "hace 1 min"),
        (-3 * 3600, "3 h ago", "hace 3 h"),
        (-2 * 86_400, "2 days ago", "hace 2 días"),
        (90 * 60, "in 1 h", "en 1 h"),
    ],
)
def test_a_distance_reads_in_both_languages(seconds: int, english: str, spanish: str) -> None:
    value = NOW + dt.timedelta(seconds=seconds)
    with translation.override("en"):
        assert formats.distance(value, NOW) == english
    with translation.override("es"):
        assert formats.distance(value, NOW) == spanish


def test_an_instant_is_shown_on_the_viewers_wall() -> None:
    with translation.override("en"), timezone.override("Europe/Madrid"):
        before = dt.datetime(2026, 3, 29, 0, 59, tzinfo=dt.UTC)
        assert formats.moment(before) == "29 Mar 2026, 01:59"
        assert formats.moment(before + dt.timedelta(minutes=1)) == "29 Mar 2026, 03:00"


def test_a_week_away_the_date_says_more() -> None:
    with translation.override("en"):
        assert formats.distance(NOW - dt.timedelta(days=9), NOW) == "20 Mar 2026"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(59, "0 min"), (7500, "2 h 05 min"), (-1800, "−30 min"), (273_600, "3 days 4 h")],
)
def test_a_span_shows_its_two_largest_units(seconds: int, text: str) -> None:
    with translation.override("en"):
        assert formats.duration(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (84_000, "84.0 KB"), (1_234_567, "1.2 MB"), (5e12, "5,000 GB")],
)
def test_sizes_are_short(size: float, text: str) -> None:
    with translation.override("en"):
        assert formats.filesize(size) == text


@pytest.mark.parametrize(
    ("name", "letters"), [("Ana María Ruiz", "AR"), ("ñandú", "Ñ"), ("", "?"), ("… —", "?")]
)
def test_initials_stand_for_a_name(name: str, letters: str) -> None:
    assert formats.initials(name) == letters
