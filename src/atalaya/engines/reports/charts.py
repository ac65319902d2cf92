"""Where the bars of a chart stand, reckoned here so that the template only draws. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 200
LEFT, TOP, BOTTOM = 56, 12, 24
GAP = 0.25  # share of a step left free
MOST_LABELS = 8


@dataclass(frozen=True)
class Datum:
    """A bar to be: its words, and its height; None where there is no data."""

    label: str
    words: str
    height: float | None


@dataclass(frozen=True)
class Bar:
    """A bar in the drawing's own units."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class Mark:
    """A line or a word beside an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """A bar chart, drawn by the kit's ``c.bars``."""

    bars: tuple[Bar, ...]
    gaps: tuple[Mark, ...]  # steps without data
    heights: tuple[Mark, ...]  # lines across, with what they stand for
    labels: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    floor: int = HEIGHT - BOTTOM


def chart_of(data: Sequence[Datum], top: float, top_words: str, half_words: str) -> Chart:
    """Bars for ``data``; ``top`` is the height of the highest line, not less than any bar."""
    step = (WIDTH - LEFT) / max(1, len(data))
    room = HEIGHT - BOTTOM - TOP
    floor = HEIGHT - BOTTOM
    bars, gaps = [], []
    for place, datum in enumerate(data):
        x = LEFT + place * step
        if datum.height is None:
            gaps.append(Mark(round(x + step / 2, 2), floor - 4, datum.label))
            continue
        height = room * datum.height / top if top else 0.0
        bars.append(
            Bar(
                round(x + step * GAP / 2, 2),
                round(floor - height, 2),
                round(step * (1 - GAP), 2),
                round(height, 2),
                f"{datum.label}: {datum.words}",
            )
        )
    heights = (Mark(LEFT, TOP, top_words), Mark(LEFT, TOP + room / 2, half_words))
    every = max(1, math.ceil(len(data) / MOST_LABELS))
    labels = tuple(
        Mark(round(LEFT + (place + 0.5) * step, 2), HEIGHT - 6, datum.label)
        for place, datum in enumerate(data)
        if place % every == 0
    )
    return Chart(tuple(bars), tuple(gaps), heights if top else (), labels)


def round_top(highest: float, steps: Sequence[float]) -> float:
    """The first of ``steps`` × 1, 2, 5, 10 … that is not below ``highest``.

    >>> round_top(37, [1]), round_top(0, [1]), round_top(5400, [60, 3600, 86400])
    (50, 2, 7200)
    """
    for unit in steps:
        for factor in (2, 4, 10, 20, 50, 100, 200, 500):
            if unit * factor >= highest and (unit == steps[-1] or factor <= 20):
                return unit * factor
    size: float = 10 ** math.ceil(math.log10(highest / steps[-1]))
    return steps[-1] * size
