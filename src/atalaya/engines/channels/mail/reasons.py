"""Why a mail was not delivered, read from a status code and the words beside it.

The vocabulary of reasons is the one bounce-analysis tools share, so that results can be compared.
"""

import re
from typing import Final

HARD: Final = frozenset({"userunknown", "hostunknown", "hasmoved", "notaccept"})
"""Reasons that will not change by themselves: the address should not be written to again."""

STATUS_OF: Final = {
    "userunknown": "5.1.1",
    "hostunknown": "5.1.2",
    "hasmoved": "5.1.6",
    "notaccept": "5.3.2",
    "mailboxfull": "5.2.2",
    "suspend": "5.2.1",
    "mesgtoobig": "5.3.4",
    "exceedlimit": "5.2.3",
    "expired": "5.4.7",
    "networkerror": "5.4.0",
    "norelaying": "5.7.1",
    "spamdetected": "5.7.1",
    "blocked": "5.7.1",
    "rejected": "5.7.1",
    "policyviolation": "5.7.1",
    "securityerror": "5.7.0",
    "virusdetected": "5.7.0",
    "mailererror": "5.3.0",
    "systemerror": "5.3.0",
}

# In the order in which they decide: the first that matches wins.
_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("userunknown", r"recipient address rejected\W*(?:access denied|$)"),
    (
        "mailererror",
        (
            r"\|\s*\S*/|procmail|maildrop|mailer error|\bpipe to|x-unix|"
            r"command (?:failed|died)"
        ),
    ),
    ("virusdetected", r"virus|malware|infected|trojan"),
    (
        "requireptr",
        (
            r"\bptr\b|reverse[ -]dns|rdns|no (?:valid )?reverse|fcrdns|cannot find your "
            r"(?:reverse )?hostname|client host .{0,60}cannot find|unresolvable .{0,20}host"
        ),
    ),
    (
        "authfailure",
        (
            r"dmarc|dkim|\bspf\b|unauthenticated|authentication[- ](?:checks?|results?)|"
            r"not authenticated|sender policy framework|authorization failed"
        ),
    ),
    ("badreputation", r"reputation|senderscore|senderbase"),
    (
        "toomanyconn",
        (
            r"too many (?:connections|concurrent|recipients|sessions|messages|mails)|"
            r"rate[- ]?limit|connection rate|throttl|exceed\w* .{0,30}(?:rate|connections)|"
            r"try again later .{0,20}slow"
        ),
    ),
    (
        "mailboxfull",
        (
            r"(?:mail)?box .{0,80}(?:is )?(?:full|over ?quota|exceed)|over ?quota|"
            r"quota.{0,20}exceed|exceed.{0,40}quota|insufficient (?:disk|system)? ?(?:space|"
            r"storage)|"
            r"out of (?:storage|space)|disk (?:space )?(?:full|quota)|full mailbox|mailbox.?full|"
            r"mailbox size limit|exceed\w* .{0,30}(?:storage|mailbox size|allowed size)|"
            r"buz[oó]n .{0,20}lleno|not enough (?:disk |storage )?space|"
            r"exceeded .{0,30}space|maildir .{0,20}full|quota"
        ),
    ),
    (
        "mesgtoobig",
        (
            r"(?:message|mail|size)\b.{0,40}\btoo (?:big|large|long)|too (?:big|large) "
            r"(?:message|mail|for)|size limit|"
            r"exceeds? .{0,40}(?:maximum|max\.?|fixed|size limit|message size)|maximum .{0,20}size"
        ),
    ),
    ("exceedlimit", r"length exceeds|exceeds? .{0,30}limit"),
    (
        "hasmoved",
        (
            r"(?:has|have|address) (?:been )?(?:changed|moved)|has moved|new address|"
            r"no longer (?:at|with|works)|replaced by"
        ),
    ),
    (
        "suspend",
        (
            r"disabled|suspend|inactiv|deactivat|account .{0,30}(?:locked|closed|expired|"
            r"not active|blocked)|(?:mailbox|user|account) .{0,20}(?:frozen|unavailable for)|"
            r"not active"
        ),
    ),
    ("onhold", r"on hold|quarantin"),
    (
        "norelaying",
        (
            r"relay(?:ing)?\b.{0,30}(?:denied|prohibited|not |block|refus|access)|"
            r"(?:not|unable to|no|cannot|denied|must not) .{0,20}relay|relay access|open relay|"
            r"rcpthosts"
        ),
    ),
    (
        "notaccept",
        (
            r"does not accept (?:any )?(?:mail|email)|no (?:smtp|mail) service|null ?mx|"
            r"not accept(?:ing)? (?:mail|any)|nolisting|"
            r"(?:accepts|receive) no mail|relays no mail|no mail .{0,20}accepted"
        ),
    ),
    (
        "spamdetected",
        (
            r"\bspam|junk|unsolicited|bulk mail|content .{0,20}(?:blocked|rejected)|"
            r"spamassassin|phish|\burls?\b.{0,30}list|uribl|message content|scored"
        ),
    ),
    (
        "blocked",
        (
            r"block ?list|black ?list|\brbl\b|dnsbl|spamhaus|spamcop|barracuda|"
            r"\bip\b.{0,60}(?:block|reject|denied|banned|listed)|(?:block|bann?)ed|dynamic ip|"
            r"(?:client|host|connection|your (?:ip|network|server|host)).{0,60}"
            r"(?:block|reject|refus|denied|listed)|your (?:own )?isp\b|service provider|helo|ehlo|"
            r"refused to talk|not allowed to connect|access denied.{0,20}\bip"
        ),
    ),
    (
        "rejected",
        (
            r"sender.{0,60}(?:reject|denied|refus|invalid|not (?:exist|found|allow|verif)|"
            r"does not|unknown|unrout|verify|verification)|(?:unroutable|bad|invalid|"
            r"unknown) .{0,20}"
            r"sender|from address|not (?:allowed|permitted|authori[sz]ed) to (?:send|post)|"
            r"permission|"
            r"(?:mail|from) .{0,40}not (?:allowed|permitted)|"
            r"not (?:accepted|welcome) .{0,30}from"
        ),
    ),
    (
        "policyviolation",
        (
            r"polic(?:y|ies)|not compliant|prohibited|attachment type|"
            r"forbidden|header error"
        ),
    ),
    (
        "securityerror",
        (
            r"security|authenti|access denied|\btls\b|ssl|certificate|verification "
            r"failed|not secure|encrypt"
        ),
    ),
    ("networkerror", r"(?:name service|name server|lookup).{0,80}(?:try again|temporar)"),
    (
        "hostunknown",
        (
            r"(?:host|domain|name|server)\b[^:]{0,60}(?:not found|unknown|not exist|"
            r"couldn.t be found|not reachable|invalid|no such|nonexistent|lookup)|"
            r"unknown (?:host|domain)|"
            r"unrouteable|unroutable|no such (?:host|domain)|nxdomain|bad destination|illegal host|"
            r"dns (?:lookup )?(?:fail|error)|(?:domain|host|\w+\.\w{2,}) does not exist|"
            r"no (?:mx|dns|a record)|invalid (?:host|domain)|name service error|"
            r"couldn.t find any host"
        ),
    ),
    (
        "userunknown",
        (
            r"(?:user|recipient|mailbox|address|account|addressee|alias|rcpt|to)s?\b"
            r".{0,80}(?:unknown|not (?:be )?(?:found|exist|known|listed|recogni[sz]ed|valid|here)|"
            r"doesn.?t (?:exist|have)|does not exist|unavailable|invalid|no such|undeliverable|"
            r"not a (?:valid|known))|(?:unknown|no such|invalid|bad|nonexistent|illegal|"
            r"non-existent) "
            r".{0,24}(?:user|recipient|mailbox|address|account|person|addressee|name)|"
            r"no mailbox|(?:doesn.t|does not) have an? .{0,30}account|not (?:our|a) (?:customer|"
            r"user)|"
            r"(?:usuario|destinatario) .{0,20}(?:desconocido|no existe)|no longer (?:valid|"
            r"available)|"
            r"this address no longer|can.t find .{0,20}(?:user|mailbox)|mailbox not found|"
            r"no (?:existe|such local)|unknown local"
        ),
    ),
    ("networkerror", r"loop|too many hops|hop count|network|routing|route"),
    (
        "expired",
        (
            r"expired|timed? ?out|time-?out|retr(?:y|ies|ied)|giving up|too long|"
            r"could not be delivered (?:for|within)|(?:been|being) (?:delayed|queued)|delayed|"
            r"\d+ attempts|not responding|unreachable|connection (?:refused|reset|lost|timed)|"
            r"did not accept .{0,20}connect|no route|couldn.t (?:contact|connect)|socket error|"
            r"delivery time|temporar"
        ),
    ),
    ("filtered", r"filter|rejected by|refus|not accept"),
    (
        "systemerror",
        (
            r"system (?:error|config|problem|failure)|internal|local (?:error|problem|"
            r"config)|server (?:error|config)|not configured|i/o error|resources|service unavail"
        ),
    ),
    ("contenterror", r"mime|8-?bit|charset|encoding|conversion|header"),
)
_REASONS: Final = tuple(
    (reason, re.compile(words, re.IGNORECASE | re.DOTALL)) for reason, words in _WORDS
)
# Codes of RFC 3463 and its registry that say the reason by themselves.
_CODES: Final = {
    "1.1": "userunknown",
    "1.2": "hostunknown",
    "1.3": "userunknown",
    "1.6": "hasmoved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.10": "notaccept",
    "2.1": "suspend",
    "2.2": "mailboxfull",
    "2.3": "exceedlimit",
    "3.2": "notaccept",
    "3.4": "mesgtoobig",
    "4.1": "expired",
    "4.2": "networkerror",
    "4.3": "systemerror",
    "4.4": "hostunknown",
    "4.6": "networkerror",
    "4.7": "expired",
    "6.0": "contenterror",
    "7.9": "policyviolation",
    "7.13": "suspend",
    "7.17": "hasmoved",
    "7.20": "authfailure",
    "7.21": "authfailure",
    "7.22": "authfailure",
    "7.23": "authfailure",
    "7.24": "authfailure",
    "7.25": "requireptr",
    "7.26": "authfailure",
    "7.27": "notaccept",
}


def reason_of(status: str, words: str, *, action: str = "", stage: str = "") -> str:
    """The reason for a failed delivery: specific code first, then the words, then the class.

    ``stage`` is the step at which the server refused. At ``mail`` it is the sender that was not
    wanted. Recipients are checked at ``rcpt``: an
    "unknown user" that comes after the data, or under a code that is not about addresses, is a
    filter's excuse and says nothing about the address.

    >>> reason_of("5.1.1", "550 no such user")
    'userunknown'
    >>> reason_of("", "552 mailbox full")
    'mailboxfull'
    """
    if action in {"delivered", "relayed", "expanded"} or status.startswith("2"):
        return "delivered"
    reason = _told(status[2:], words, action, stage)
    if reason == "hostunknown" and status.startswith("4"):
        return "networkerror"  # a name that may be found later
    return "rejected" if stage == "mail" and reason in HARD else reason


def _told(detail: str, words: str, action: str, stage: str) -> str:
    by_words = next((reason for reason, found in _REASONS if found.search(words[:4_000])), "")
    by_code = _CODES.get(detail, "")
    if detail == "1.1":
        return by_words if by_words in _STRONGER_THAN_UNKNOWN else by_code
    if by_words == "userunknown":
        if by_code in HARD:
            return by_code
        contradicted = stage != "rcpt" and (detail == "2.0" or detail.startswith("7."))
        return "filtered" if stage == "data" or contradicted else by_words
    if by_code and by_words in _WEAK:
        return by_code
    return by_words or by_code or ("expired" if action == "delayed" else "undefined")


_STRONGER_THAN_UNKNOWN: Final = frozenset({"mailboxfull", "hasmoved", "mailererror", "mesgtoobig"})
_WEAK: Final = frozenset(
    {"", "filtered", "systemerror", "contenterror", "expired", "networkerror", "policyviolation"}
)
