"""Letting go, by night, of what nobody holds any more."""

from __future__ import annotations

import datetime as dt
from itertools import islice

from atalaya.core.files.actions import forget_loose, sweep
from atalaya.core.files.preferences import FilePreferences
from atalaya.core.files.store import store
from atalaya.core.jobs.actions import periodic
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel import clock

SETTLED = dt.timedelta(days=1)  # younger contents may still belong to a running transaction


@periodic("files.let_go", cron="41 2 * * *", queue="bulk")
def let_go() -> None:
    """Forget uploads that were never attached, then delete contents that no file has."""
    now = clock.now()
    loose = now - dt.timedelta(days=preferences_of(FilePreferences).keep_loose_days)
    forget_loose(loose)
    settled = (now - SETTLED).timestamp()
    store().drop_unfinished(before=settled)
    contents = store().contents(before=settled)
    while names := list(islice(contents, 500)):
        sweep(names)
