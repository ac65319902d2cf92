"""Who did not get a mail and why: delivery reports by the standard, and all the others.

A report by RFC 3464 is read field by field. Mail servers older or prouder than the standard write
prose; there the failing addresses are the ones they print before the returned message, and what
stands after an address, up to the next one, is why.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

from atalaya.engines.channels.mail import headers
from atalaya.engines.channels.mail.limits import Limits
from atalaya.engines.channels.mail.reasons import HARD, STATUS_OF, reason_of
from atalaya.engines.channels.mail.structure import Part, read_fields
from atalaya.kernel.text import one_line

_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP: Final = re.compile(r"(?<![\d.:/-])([45])\d\d(?=[ -])")
_ADDRESS: Final = re.compile(
    r"<?\"?([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9])\"?>?"
)
_RETURNED: Final = re.compile(
    r"^[ \t>*=#-]*(?:-+[^\n]{0,20})?(?:the |this is a? ?|a |included is a )*"
    r"(?:(?:copy|header|start|first|begin|below|following|unsent|original|returned|rejected)\w*\b"
    r"[^\n]{0,60})?\b(?:original|returned|unsent|message|mail|header)s?\b[^\n]{0,40}"
    r"(?:headers?|message|follow\w*|text|below|copy|return\w*|----*)[^\n]{0,40}$"
    r"|^(?:Received|Return-Path|X-Received|DKIM-Signature|ARC-Seal):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
_STEP: Final = re.compile(
    r">>> (?:DATA|RCPT|MAIL)|after mail from|(?:end of|final|to|after|our) (?:end of )?(?:data|"
    r"rcpt)\b|\brcpt (?:to|comm)|"
    r"\(data\)|need rcpt|in reply to (?:end of )?(?:data|rcpt)",
    re.IGNORECASE,
)
_FAILURE_SUBJECT: Final = re.compile(
    r"undeliver|deliver\w*[^\n]{0,20}(?:fail|fault|status|problem|error|delay|notif)|"
    r"fail\w* [^\n]{0,10}deliver|returned? (?:mail|message|to sender)|mail (?:system )?error|"
    r"mail fail\w*|returning to sender|message (?:delayed|returned)|failure notice|"
    r"could not (?:send|deliver)|"
    r"non[- ]?deliver|no (?:se ha )?(?:podido )?entreg|devuelto al remitente|"
    r"warning: (?:message|could not)|(?:user|host) unknown|bounced?\b|not delivered",
    re.IGNORECASE,
)
_FAILURE_SENDER: Final = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|postmaster|post_master|mail[. _-]?deliver\w*|bounces?|"
    r"double-bounce|dsn|mdaemon)\b",
    re.IGNORECASE,
)
_NO_REPLY: Final = re.compile(r"^(?:no|do-?not|no-?responder)[._-]?re(?:ply|sponder?)\b", re.I)
_FAILURE_TEXT: Final = re.compile(
    r"(?:could\s?n.t|could\s+not|cannot|can.?t|un(?:able to)|not|failed|error)\s+(?:be\s+)?"
    r"(?:while\s+trying\s+to\s+)?deliver|undeliver|delivery[^\n]{0,40}(?:fail|delay|attempt|error)|"
    r"permanent (?:fatal )?errors?|was not delivered|did not reach|following (?:address|recipient)|"
    r"rejected by|returned to|no such user|mailbox unavailable|mailbox is full|delivery report",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Bounce:
    """What became of a mail for one recipient; ``hard`` means the address itself is dead."""

    recipient: str
    status: str
    reason: str
    hard: bool
    diagnostic: str = ""


def find(root: Part, text: str, limits: Limits) -> list[Bounce]:
    """The deliveries this mail reports on; empty for a mail that is no report."""
    found = _complaints(root)
    if not found:
        found = _by_standard(root, text, limits) or _notification(text)
    if not found and looks_like_a_report(root, text):
        found = _by_prose(root, text)
    return found[: limits.bounces]


def looks_like_a_report(root: Part, text: str) -> bool:
    """Whether a mail without a standard report is nevertheless about a failed delivery."""
    if root.first("x-failed-recipients") is not None:
        return True
    named = _FAILURE_SUBJECT.search(root.line("subject")) is not None
    told = _FAILURE_TEXT.search(text[:3_000]) is not None
    if _is_from_system(root) or _has_null_path(root):
        return named or told
    # A machine that nobody can answer sends the message back with it.
    returns = any(part.type == "message/rfc822" for part in root.walk())
    return told and returns and _NO_REPLY.match(_sender(root)) is not None


def _is_from_system(root: Part) -> bool:
    return _FAILURE_SENDER.match(_sender(root)) is not None or b"<>" in (root.first("from") or b"")


def _sender(root: Part) -> str:
    found = headers.addresses(root.every("from"), limit=1)
    return found[0].address if found else root.line("from").strip("<> ")


def _has_null_path(root: Part) -> bool:
    return (root.first("return-path") or b"").strip() in {b"<>", b"< >"}


def _complaints(root: Part) -> list[Bounce]:
    for part in root.walk():
        if part.type != "message/feedback-report":
            continue
        fields = read_fields(part.content, Limits())[0]
        named = [
            value for name, value in fields if name in {"original-rcpt-to", "removal-recipient"}
        ]
        people = [found.address for found in headers.addresses(named)] or [""]
        kind = next((headers.line_of(v) for n, v in fields if n == "feedback-type"), "abuse")
        return [Bounce(address, "", "feedback", hard=False, diagnostic=kind) for address in people]
    return []


def _by_standard(root: Part, text: str, limits: Limits) -> list[Bounce]:
    found: list[dict[str, bytes]] = []
    for part in root.walk():
        if part.type not in {"message/delivery-status", "message/global-delivery-status"}:
            continue
        for group in re.split(rb"\r?\n[ \t]*\r?\n", part.content[: limits.text_chars]):
            fields = dict(reversed(read_fields(group + b"\n", limits)[0]))
            if "final-recipient" in fields or "original-recipient" in fields:
                found.append(fields)
    return [_of_group(fields, text if len(found) == 1 else "") for fields in found]


def _of_group(fields: dict[str, bytes], prose: str) -> Bounce:
    """One recipient of a report; ``prose`` is what the report says to people about it."""
    recipient = ""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = headers.line_of(fields.get(name, b""))
        address = _ADDRESS.search(value.partition(";")[2] or value)
        if address and (name != "original-recipient" or "rfc822" in value.lower()):
            recipient = address[1]
            break
    diagnostic = headers.line_of(fields.get("diagnostic-code", b""), 2_000)
    action = headers.line_of(fields.get("action", b"")).lower().split(" ")[0]
    declared = _STATUS.search(headers.line_of(fields.get("status", b"")))
    words = diagnostic or _ADDRESS.sub(" ", prose[:4_000])
    vague = declared is None or declared[1].endswith(".0.0")
    said = words if vague else diagnostic
    status = _better(declared[1] if declared else "", said, action)
    reason = reason_of(status, words, action=action, stage=_stage(diagnostic + "\n" + prose))
    status = status or STATUS_OF.get(reason, "5.0.0")
    return Bounce(recipient, status, reason, reason in HARD, diagnostic)


def _stage(said: str) -> str:
    """At which step the other server refused: ``mail``, ``rcpt``, ``data`` or empty."""
    found = [m[0].lower() for m in _STEP.finditer(said[:20_000])]
    if not found:
        return ""
    if "mail" in found[0]:
        return "mail"
    return "rcpt" if any("rcpt" in step for step in (found[0], found[-1])) else "data"


def _better(declared: str, words: str, action: str) -> str:
    """The more precise of the declared status and the one inside the server's answer."""
    codes = _STATUS.findall(words)
    said = next((code for code in codes if not code.endswith(".0")), codes[0] if codes else "")
    if said and (not declared or not said.endswith(".0") or declared.endswith(".0.0")):
        return str(said)
    if declared:
        return declared
    smtp = _SMTP.search(words)
    return f"{smtp[1]}.0.0" if smtp else ("4.0.0" if action == "delayed" else "")


def _notification(text: str) -> list[Bounce]:
    """Notifications of delivery services that send JSON instead of a report."""
    start = text.find('{"')
    if start < 0 or "otificationType" not in text[start : start + 200]:
        return []
    # Mail systems break long lines with "!" and a line break.
    packed = re.sub(r"!\n ?|\n", "", text[start:])
    try:
        data, _end = json.JSONDecoder().raw_decode(packed)
    except (ValueError, RecursionError):
        return []
    if not isinstance(data, dict):
        return []
    return [
        *_of_notification(data.get("bounce"), "bouncedRecipients", "diagnosticCode"),
        *_of_notification(data.get("complaint"), "complainedRecipients", ""),
        *_delivered(data.get("delivery")),
    ]


def _of_notification(body: object, people: str, words: str) -> list[Bounce]:
    found: list[Bounce] = []
    listed = body.get(people) if isinstance(body, dict) else None
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict):
            continue
        diagnostic = one_line(str(entry.get(words, "")), 2_000) if words else ""
        status = one_line(str(entry.get("status", "")), 20)
        reason = reason_of(status, diagnostic) if words else "feedback"
        address = one_line(str(entry.get("emailAddress", "")), 320)
        found.append(Bounce(address, status, reason, reason in HARD, diagnostic))
    return found


def _delivered(body: object) -> list[Bounce]:
    if not isinstance(body, dict) or not isinstance(body.get("recipients"), list):
        return []
    answer = one_line(str(body.get("smtpResponse", "")), 2_000)
    status = _STATUS.search(answer)
    code = status[1] if status else "2.0.0"
    return [
        Bounce(one_line(str(person), 320), code, "delivered", hard=False, diagnostic=answer)
        for person in body["recipients"]
    ]


def _by_prose(root: Part, text: str) -> list[Bounce]:
    returned = _RETURNED.search(text, min(len(text), 40))
    said = text[: returned.start()] if returned else text[:20_000]
    own = {a.address for a in headers.addresses(root.every("to"), limit=20)}
    named = headers.addresses(root.every("x-failed-recipients"), limit=1_000)
    failed = list(dict.fromkeys(a.address for a in named)) or _addresses_in(said, own)
    if not failed:
        failed = _addresses_in(said, set()) or _returned_recipients(root, text)
    delayed = "delay" in root.line("subject").lower()
    return [
        _of_prose(address, _about(address, said, failed), said, delayed=delayed)
        for address in (failed or [""])
    ]


def _addresses_in(said: str, own: set[str]) -> list[str]:
    found = []
    for line in said.split("\n"):
        if re.match(r"\s*(?:from|sender|reporting-mta|x-[\w-]+)\s*:", line, re.IGNORECASE):
            continue
        found += [m[1].rstrip(".") for m in _ADDRESS.finditer(line)]
    others = [a for a in found if a not in own and not _FAILURE_SENDER.match(a)]
    # The first address is the failing one; a later one counts only where a list goes on, that is
    # where it stands at the start of its own line or of a report's field.
    listed = re.findall(
        r"(?m)^[ \t]*(?:<|\"|recipient:?[ \t]*<?|final-recipient:[^\n;]*;[ \t]*|to:?[ \t]*<?)?"
        r"([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9])",
        said,
    )
    kept = [a for a in listed if a in others] or others[:1]
    return list(dict.fromkeys(kept))


def _returned_recipients(root: Part, text: str) -> list[str]:
    for part in root.walk():
        if part.depth and part.first("to") is not None:
            return [a.address for a in headers.addresses(part.every("to"), limit=50)]
    to = re.search(r"(?m)^To:[ \t]*(.+)$", text)
    return [a.address for a in headers.addresses([to[1].encode()], limit=50)] if to else []


def _about(address: str, said: str, failed: list[str]) -> str:
    """What the report says after one address, up to where it goes on to the next."""
    start = said.find(address)
    if start < 0 or len(failed) == 1:
        return said
    end = len(said)
    for other in failed:
        position = said.find(other, start + len(address))
        if other != address and position > 0:
            end = min(end, position)
    return said[start:end]


def _of_prose(address: str, about: str, said: str, *, delayed: bool) -> Bounce:
    words = re.sub(_ADDRESS, " ", about)
    status = _better("", words, "delayed" if delayed else "")
    if not status and about is not said:
        status = _better("", said, "")
    reason = reason_of(status, words, stage=_stage(about))
    if not status or status in {"5.0.0", "4.0.0"}:
        known = STATUS_OF.get(reason, "5.0.0")
        status = "4" + known[1:] if delayed or status.startswith("4") else known
    return Bounce(address, status, reason, reason in HARD, one_line(words, 500))
