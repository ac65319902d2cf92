"""Operations on tickets: reading, saying, moving, planning, linking."""

from __future__ import annotations

from atalaya.practices.tickets.api import editing, linking, moving, planning, reading, saying
from atalaya.practices.tickets.api.routing import router

__all__ = ["editing", "linking", "moving", "planning", "reading", "router", "saying"]
