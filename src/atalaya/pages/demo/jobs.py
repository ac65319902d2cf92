"""Filling the desk from the first steps, while people look on."""

from __future__ import annotations

import structlog

from atalaya.core.jobs.actions import job
from atalaya.pages.demo.making import DeskIsInUse, make

log = structlog.get_logger(__name__)


@job("demo.fill", queue="bulk", retry=False)
def fill() -> None:
    """Make the company and its year, unless somebody has begun to work meanwhile."""
    try:
        make(progress=lambda what, done, total: None)
    except DeskIsInUse:
        log.info("demo_not_filled", reason="the desk is in use")
