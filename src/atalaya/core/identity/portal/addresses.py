"""Addresses that remember where somebody wanted to go."""

from __future__ import annotations

from urllib.parse import urlencode


def with_next(address: str, goto: str) -> str:
    """``address`` with ``goto`` as its ``next``, if there is one.

    >>> with_next("/sign-in/", "/tickets/7/?tab=a")
    '/sign-in/?next=%2Ftickets%2F7%2F%3Ftab%3Da'
    """
    return f"{address}?{urlencode({'next': goto})}" if goto else address
