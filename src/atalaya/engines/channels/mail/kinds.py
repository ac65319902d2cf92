"""What kind of mail it is: from a person, or from a machine that must not be answered."""

import re
from typing import Final

from atalaya.engines.channels.mail import bounces as reports
from atalaya.engines.channels.mail.bounces import Bounce
from atalaya.engines.channels.mail.structure import Part

MESSAGE: Final = "message"
AUTO_REPLY: Final = "auto_reply"
BOUNCE: Final = "bounce"
COMPLAINT: Final = "complaint"
LIST: Final = "list"
KINDS: Final = (MESSAGE, AUTO_REPLY, BOUNCE, COMPLAINT, LIST)

_AUTO_FIELDS: Final = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-amazon-auto-reply",
    "x-vacation",
)
_AUTO_PRECEDENCE: Final = frozenset({"auto_reply", "auto-reply", "autoreply"})
_LIST_PRECEDENCE: Final = frozenset({"list", "bulk", "junk"})
_LIST_FIELDS: Final = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-mailing-list")
_AUTO_SUBJECT: Final = re.compile(
    r"^\s*(?:(?:re|aw|sv|rv)\s*:\s*)?(?:auto(?:matic|mated)?[ _-]*(?:reply|response|answer)|"
    r"out of (?:the )?office|away from (?:the |my )?(?:office|mail|desk)|vacation (?:reply|"
    r"message)|"
    r"respuesta autom[aá]tica|fuera de (?:la )?oficina|ausencia de oficina|ausente|"
    r"autorespuesta|r[eé]ponse automatique|absence du bureau|automatische antwort|abwesenheit|"
    r"risposta automatica|resposta autom[aá]tica|automatisch antwoord|autosvar)",
    re.IGNORECASE,
)


def kind_of(root: Part, *, subject: str, text: str, bounces: list[Bounce]) -> str:
    """The kind of a mail, told by what it declares and, failing that, by what it says."""
    declared = root.parameters.get("report-type", "").lower()
    types = {part.type for part in root.walk()}
    if "feedback" in declared or "message/feedback-report" in types:
        return COMPLAINT
    if bounces:
        return COMPLAINT if bounces[0].reason == "feedback" else BOUNCE
    if "disposition-notification" in declared or "message/disposition-notification" in types:
        return AUTO_REPLY
    if (root.type == "multipart/report" and "delivery" in declared) or (
        reports.looks_like_a_report(root, text)
    ):
        return BOUNCE
    if _complains(root, subject):
        return COMPLAINT
    if _is_automatic(root, subject):
        return AUTO_REPLY
    return LIST if _is_list(root) else MESSAGE


def may_be_answered(root_fields: list[tuple[str, str]], kind: str) -> bool:
    """Whether an automatic answer may go to this mail's sender (RFC 3834, RFC 5230)."""
    if kind != MESSAGE:
        return False
    values = {name: value.strip().lower() for name, value in reversed(root_fields)}
    if values.get("return-path") == "<>":
        return False
    suppressed = {word.strip() for word in values.get("x-auto-response-suppress", "").split(",")}
    return not suppressed & {"all", "autoreply", "oof"}


def _is_automatic(root: Part, subject: str) -> bool:
    submitted = root.line("auto-submitted").lower().split(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(root.first(name) is not None for name in _AUTO_FIELDS):
        return True
    if root.line("precedence").lower() in _AUTO_PRECEDENCE:
        return True
    return _AUTO_SUBJECT.match(subject) is not None


def _complains(root: Part, subject: str) -> bool:
    return re.match(
        r"(?:spam|abuse|e-?mail)\b.{0,20}\b(?:complaint|report)|complaint\b", subject, re.IGNORECASE
    ) is not None and any(part.type == "message/rfc822" for part in root.walk())


def _is_list(root: Part) -> bool:
    return (
        any(root.first(name) is not None for name in _LIST_FIELDS)
        or root.line("precedence").lower() in _LIST_PRECEDENCE
    )
