"""The state of this installation: what was looked at, what was found, and where to go about it."""

from __future__ import annotations

import platform as machine
from importlib.metadata import version
from typing import Any

import structlog
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from atalaya.core.identity.ports import Request
from atalaya.core.jobs.queries import last_worker_sign
from atalaya.kernel.plugs import FINDINGS, Found
from atalaya.ui import htmx

log = structlog.get_logger(__name__)
LEVELS = ("error", "warning", "info")


@require_GET
def system(request: Request) -> HttpResponse:
    """Findings first, then what runs here."""
    request.actor.must("preferences.change")
    looked_at = [(finding, _found_by(finding)) for finding in FINDINGS]
    found = [(finding, one) for finding, rows in looked_at for one in rows]
    found.sort(key=lambda pair: LEVELS.index(pair[1].level) if pair[1].level in LEVELS else 0)
    context = {
        "found": [(finding, one, str(one.sentence) % one.facts) for finding, one in found],
        "fine": [finding for finding, rows in looked_at if not rows],
        "facts": facts_of_this_desk(),
        "sign": last_worker_sign(),
    }
    return htmx.render(request, "console/system.html", context)


def _found_by(finding: Any) -> list[Found]:
    """What a check found; one that fails itself is a finding too."""
    try:
        return list(finding.check())
    except Exception as problem:  # checks are hosted code: the page must stand when one falls
        log.exception("finding_failed", finding=finding.key)
        said = _("This could not be looked at (%(problem)s).")
        return [Found("warning", said, {"problem": type(problem).__name__})]


def facts_of_this_desk() -> list[tuple[str, str]]:
    """Versions and sizes, for whoever asks for help."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version'), pg_size_pretty(pg_database_size("
            "current_database()))"
        )
        server, size = cursor.fetchone()
    return [
        ("Atalaya", version("atalaya")),
        ("Python", machine.python_version()),
        ("Django", version("django")),
        ("PostgreSQL", server),
        (_("Size of the database"), size),
    ]
