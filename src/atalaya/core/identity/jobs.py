"""Links are made by a job, so that asking for one takes as long for any address; housekeeping."""

from __future__ import annotations

from atalaya.core.identity.actions.linking import forget_old_links
from atalaya.core.identity.actions.linking import send_link as make_and_send
from atalaya.core.identity.actions.trying import forget_old_tries
from atalaya.core.jobs.actions import job, periodic
from atalaya.core.journal.actions import called_from


@job("identity.send_link", queue="urgent")
def send_link(*, address: str, purpose: str, language: str, goto: str, source: str) -> None:
    """Mail a link to an address, if it belongs to somebody; ``source`` is where it was asked."""
    with called_from(source):
        make_and_send(address, purpose=purpose, language=language, goto=goto)


@periodic("identity.forget_old", cron="41 3 * * *", queue="bulk")
def forget_old() -> None:
    """Delete counts of tries and links that are long over."""
    forget_old_tries()
    forget_old_links()
