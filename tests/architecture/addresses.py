"""Who may open what: every address and every operation of the API, written by hand.

One line for each; somebody has thought of who must be refused. ``test_addresses.py`` walks them
with the whole cast and holds the answers against this table.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# The cast, in the order of what they may do.
NOBODY = "nobody"  # not signed in
STAN = "stan"  # a stranger: signed in, with nothing to do with the ticket
RITA = "rita"  # the requester of the ticket
NORA = "nora"  # an agent of another team
OMAR = "omar"  # an agent of the ticket's team
ANA = "ana"  # its lead
MAX = "max"  # the administrator
CAST = (NOBODY, STAN, RITA, NORA, OMAR, ANA, MAX)

ANYONE = frozenset(CAST)
SIGNED_IN = ANYONE - {NOBODY}
PARTY = frozenset({RITA, OMAR, ANA, MAX})  # whoever may see the ticket
DESK = frozenset({NORA, OMAR, ANA, MAX})  # every agent
TEAM = frozenset({OMAR, ANA, MAX})  # agents who may see the ticket
LEADS = frozenset({ANA, MAX})
ADMIN = frozenset({MAX})


@dataclass(frozen=True)
class Row:
    """Who is let in, and what stands in the gaps of the address (names of ``samples``)."""

    let_in: frozenset[str]
    gaps: dict[str, str] = field(default_factory=dict)
    query: str = ""
    redirects: bool = False  # for nobody: an ordinary redirect that is no refusal


def row(let_in: frozenset[str], *, query: str = "", redirects: bool = False, **gaps: str) -> Row:
    """A line of the table: ``row(TEAM, number="ticket")``."""
    return Row(let_in, gaps, query, redirects)


ADDRESSES: dict[str, Row] = {
    # -- health, for machines that watch ---------------------------------------------------------
    "health_live": row(ANYONE),
    "health_ready": row(ANYONE),
}

OPERATIONS: dict[str, Row] = {}
