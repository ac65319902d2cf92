"""What is made of rows: counts, ratios, and the middle and the tail of durations. Pure, exact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from atalaya.engines.reports.ports import Measure


@dataclass(frozen=True)
class Value:
    """One figure. ``number`` is None where there is no data: that is not nought.

    A count's number is the count; a ratio's lies between 0 and, usually, 1, with both its parts;
    a duration's is the median in seconds, with mean and 90th percentile beside it.
    """

    measure: Measure
    count: int
    number: Fraction | None
    out_of: int | None = None
    mean: dt.timedelta | None = None
    p90: dt.timedelta | None = None

    @property
    def median(self) -> dt.timedelta | None:
        """The middle of durations."""
        if self.measure is not Measure.DURATION or self.number is None:
            return None
        return dt.timedelta(microseconds=round(self.number * 1_000_000))


def count_of(rows: int) -> Value:
    """How many."""
    return Value(Measure.COUNT, rows, Fraction(rows))


def ratio_of(part: int, whole: int) -> Value:
    """A share with its numerator and denominator; of nothing there is none.

    >>> ratio_of(3, 4).number, ratio_of(0, 0).number
    (Fraction(3, 4), None)
    """
    return Value(Measure.RATIO, part, Fraction(part, whole) if whole else None, out_of=whole)


def spread_of(durations: Sequence[dt.timedelta]) -> Value:
    """Median, mean and 90th percentile; percentiles interpolate between the nearest two.

    >>> spread_of([dt.timedelta(hours=1), dt.timedelta(hours=2)]).median
    datetime.timedelta(seconds=5400)
    """
    if not durations:
        return Value(Measure.DURATION, 0, None)
    ordered = sorted(durations)
    mean = sum(ordered, dt.timedelta()) / len(ordered)
    median = percentile(ordered, Fraction(1, 2))
    seconds = Fraction(median // dt.timedelta(microseconds=1), 1_000_000)
    p90 = percentile(ordered, Fraction(9, 10))
    return Value(Measure.DURATION, len(ordered), seconds, mean=mean, p90=p90)


def percentile(ordered: Sequence[dt.timedelta], share: Fraction) -> dt.timedelta:
    """The value below which ``share`` of the ordered values lie, linearly interpolated."""
    place = share * (len(ordered) - 1)
    low = place.numerator // place.denominator
    high = min(low + 1, len(ordered) - 1)
    between = place - low
    gap = ordered[high] - ordered[low]
    return ordered[low] + gap * between.numerator / between.denominator
