"""Priority from impact and urgency."""

from __future__ import annotations

from collections.abc import Mapping

# ITIL's usual matrix: impact (rows, 1 highest) × urgency (columns) → P1 to P4.
DEFAULT_MATRIX: dict[tuple[int, int], int] = {
    (1, 1): 1, (1, 2): 2, (1, 3): 3,
    (2, 1): 2, (2, 2): 3, (2, 3): 4,
    (3, 1): 3, (3, 2): 4, (3, 3): 4,
}  # fmt: skip


def priority_of(
    impact: int, urgency: int, matrix: Mapping[tuple[int, int], int] = DEFAULT_MATRIX
) -> int:
    """The priority (1–4) of a cell of the matrix.

    >>> priority_of(1, 1), priority_of(2, 2), priority_of(3, 3)
    (1, 3, 4)
    """
    return matrix.get((impact, urgency), DEFAULT_MATRIX[(impact, urgency)])
