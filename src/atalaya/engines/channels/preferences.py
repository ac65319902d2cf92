"""What an organisation decides about messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.core.preferences.ports import option, preferences


@preferences("channels", _("Mail"))
class ChannelPreferences:
    """Limits and habits of mail."""

    largest_megabytes: int = option(
        50,
        _("Largest mail, in MB"),
        sentence=_("Larger mail is refused with a clear message to its sender."),
        minimum=1,
        maximum=500,
    )
    mails_an_hour: int = option(
        100,
        _("Mails taken from one sender in an hour"),
        sentence=_("More are parked, so that a machine gone wild does not flood the queue."),
        minimum=1,
        maximum=10000,
    )
    answers_an_hour: int = option(
        10,
        _("Automatic mails to one address in an hour"),
        sentence=_("More are not sent, so that two machines do not write to each other for ever."),
        minimum=1,
        maximum=1000,
    )
    whose: str = option(
        "first",
        _("A mail to several of our mailboxes belongs to"),
        choices=(
            ("first", _("the one it names first")),
            ("position", _("the one that stands first in the settings")),
        ),
    )
    proven_by: str = option(
        "",
        _("Name of the server whose DMARC results are believed"),
        sentence=_(
            "The first word of the Authentication-Results field your own mail server writes. "
            "Without it, agents act by mail only through the signed reply address."
        ),
    )
    parts_limit: int = option(400, _("Parts of a mail that are read"), minimum=10, maximum=10000)
    recipients_limit: int = option(
        1000, _("Recipients of a mail that are read"), minimum=10, maximum=100000
    )
    send_attempts: int = option(
        12, _("Times a mail is tried before giving up"), minimum=1, maximum=50
    )
    from_the_desk: str = option(
        "",
        _("Address of mails that belong to no mailbox"),
        sentence=_("Without it, that of the first mailbox."),
    )
    keep_sent_days: int = option(
        365, _("Days the text of sent mail is kept in the log"), minimum=1, maximum=36500
    )
