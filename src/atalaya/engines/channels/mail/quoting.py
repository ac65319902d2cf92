"""What is new in an answer: the words above, below or between what is quoted from before.

Lines decide, each looked at a bounded number of times, so that no mail takes longer than its
length. mail-parser-reply was tried first: its expressions need time that grows with the square of
the text (15 kB took six seconds), it knows no Portuguese or Russian, and its Spanish attribution
never matches "escribió:".
"""

import re
from dataclasses import dataclass
from typing import Final

from atalaya.kernel import richtext

_MAX_LINES: Final = 20_000
_LONGEST_ATTRIBUTION: Final = 400

_QUOTED: Final = re.compile(r"^\s{0,3}[>|]")
_WROTE: Final = re.compile(
    r"\b(?:wrote|writes|said|escribi[oó]|escribe|ha escrito|[aà] [eé]crit|[eé]crit|schrieb|"
    r"ha scritto|scrive|escreveu|napisa[lł](?:\(a\)|a)?|pisze|skrev|schreef|geschreven|"
    r"kirjoitti|yazd[ıi]|написал\(?а?\)?|пишет|написав|va escriure|idatzi|napsal\(?a?\)?)"
    r".{0,160}:\s*>?\s*$|(?:写道|書きました|작성|のメッセージ)[:：]?\s*$",
    re.IGNORECASE,
)
_STARTS_ATTRIBUTION: Final = re.compile(
    r"^\s*(?:(?:on|el|le|am|il|em|den|op|dnia|w dniu|dne|på|kl|om|los|no dia|vào)\b.{0,80}\d"
    r"|\d{1,4}[./ -]|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mi[eé]|jue|vie|s[aá]b|dom)\w{0,8}[,. ]"
    r"|[^<>@]{1,80}<[^<>\s]{1,120}@[^<>\s]{1,120}>|[^\s<>@]{1,64}@[^\s<>@]{1,120}\s)",
    re.IGNORECASE,
)
_DATED_AUTHOR: Final = re.compile(
    r"^\s*\d{4}[/.-]\d{1,2}[/.-]\d{1,2}\b[^<]{1,120}<\s*[^<>\s]+@[^<>\s]+>:?\s*$"
)
_SEPARATOR: Final = re.compile(r"^[\s*>]*[-_]{4,}[ \t]*[^\W\d_][^\n]{2,50}?[-_]{4,}[\s*]*$")
_RULE: Final = re.compile(r"^[\s*]*(?:[-_=*]\s?){3,}[\s*]*$")
_SIGNATURE: Final = re.compile(r"^(?:--|__)\s*$")
_FROM_WORDS: Final = (
    "from|de|von|da|från|fra|van|od|от|від|lähettäjä|kimden|remitente|发件人|差出人|寄件者"
)
_OTHER_WORDS: Final = (
    "sent|date|to|cc|bcc|subject|reply-to|enviado(?: el)?|enviada(?: em)?|fecha|para|asunto|"
    "gesendet|datum|an|betreff|inviato|data|a|oggetto|risposta|envoy[eé]|[aà]|objet|skickat|till|"
    "ämne|sendt|dato|til|emne|verzonden|aan|onderwerp|wys[lł]ano|do|temat|отправлено|дата|кому|"
    "тема|assunto|kopi\\w*|cco|copie|organi[sz]ation|发送时间|收件人|主题|送信日時|宛先|件名"
)
_HEADER: Final = re.compile(
    rf"^[\s*_>]*(?:(?P<from>{_FROM_WORDS})|(?:{_OTHER_WORDS}))[\s*_]*[:：][\s*_]*(?P<value>.*)$",
    re.IGNORECASE,
)
_DEVICES: Final = (
    r"i-?phone|i-?pad|i-?pod|android|mobil\w*|m[oó]vil|celular|handy|smart-?phone|tel[eé]fono|"
    r"blackberry|outlook|galaxy|samsung|huawei|xiaomi|phone|tablet\w*|airmail|k-9"
)
_SENT_FROM: Final = re.compile(
    r"^\W*(?:sent|enviado|enviada|envoy[eé]|gesendet|verzonden|verstuurd|inviato|skickat|sendt|"
    r"wys[lł]an\w|odesl[aá]no|отправлено|надіслано)\s+(?:from|via|with|by|using|desde|de[sl]?|"
    r"depuis|par|von|mit|[uü]ber|vanaf|met|da|dal|från|fra|z|ze|с|из|mediante|con)\b"
    rf"|^\W*(?:\w+\s+){{0,2}}(?:from|desde)\s+(?:my\s+|mi\s+)?(?:{_DEVICES})\b.{{0,15}}$"
    r"|\bvon mein\w+\s.{0,60}gesendet\W*$|^\W*(?:從|从|由)我的.{0,40}(?:傳送|发送|發送)\W*$"
    r"|^\W*(?:get|obtener|obtenga|descargar|obtenir|scarica|holen sie)\W{1,3}outlook\b",
    re.IGNORECASE,
)
# Containers in which mail programs put the message they answer.
_HTML_QUOTE: Final = re.compile(
    r"""<(?:div|blockquote|section|hr|a)\b[^>]{0,400}?(?:\bclass\s*=\s*["']?[^"'>]{0,80}"""
    r"""(?:gmail_quote|gmail_attr|moz-cite-prefix|yahoo_quoted|protonmail_quote|zmail_extra|"""
    r"""tutanota_quote|OutlookMessageHeader)|\bid\s*=\s*["']?[^"'>]{0,40}(?:divRplyFwdMsg|"""
    r"""appendonsend|mail-editor-reference-message-container|replySplit|reply-intro|"""
    r"""OLK_SRC_BODY_SECTION)|\btype\s*=\s*["']?cite|\bname\s*=\s*["']?_MailOriginal)""",
    re.IGNORECASE,
)


def reply_in(text: str) -> str:
    """The new words of a plain-text answer, without the quoted message and the signature.

    A text that consists of nothing but a quotation is returned whole: better too much than empty.

    >>> reply_in("Gracias.\\n\\nEl 3 mar 2025, Ana <ana@example.com> escribió:\\n> Hola")
    'Gracias.'
    """
    lines = text.split("\n")[:_MAX_LINES]
    kept = _without_signature(_without_trailing_quote(_without_earlier_message(lines)))
    reply = "\n".join(kept).strip("\n").rstrip()
    return reply if reply.strip() else text.strip("\n").rstrip()


@dataclass(frozen=True)
class Reply:
    """What is new in a mail, as text and as safe HTML, and what of it is folded away."""

    text: str
    html: str
    folded: str


def split_text(text: str) -> Reply:
    """Split a plain-text mail into what is new and the rest."""
    new = reply_in(text)
    rest = text.replace(new, "", 1).strip() if new else ""
    return Reply(new, richtext.from_text(new), richtext.from_text(rest) if rest else "")


def split_html(html: str, text: str) -> Reply:
    """Split an HTML mail; ``text`` is the same message as plain text."""
    mark = _HTML_QUOTE.search(html)
    if mark is not None:
        above, below = html[: mark.start()], html[mark.start() :]
        said = richtext.to_text(above)
        bottom = _below_quote(html, mark.end()) if "cite" in mark[0] else ""
        if said.strip() and not bottom.strip():
            new = reply_in(said)
            shorter = len(new) < len(said) - 2
            shown = richtext.from_text(new) if shorter else richtext.sanitise(above)
            return Reply(new, shown, richtext.sanitise(html if shorter else below))
    new = reply_in(text)
    whole = richtext.sanitise(html)
    if len(new) < len(text) - 2:
        return Reply(new, richtext.from_text(new), whole)
    return Reply(new, whole, "")


def _below_quote(html: str, start: int) -> str:
    end = html.lower().rfind("</blockquote>", start)
    return richtext.to_text(html[end:]) if end >= 0 else ""


def _without_earlier_message(lines: list[str]) -> list[str]:
    has_text = False
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        length = _boundary(lines, index)
        if length:
            if has_text:
                return lines[:index]
            return _after_opening_quote(lines, index, length)
        if not _QUOTED.match(line):
            has_text = True
    return lines


def _after_opening_quote(lines: list[str], index: int, length: int) -> list[str]:
    """The answer below a quotation that opens the mail, or the message that is passed on."""
    rest = lines[index + length :]
    first = next((number for number, line in enumerate(rest) if line.strip()), None)
    if first is None:
        return lines
    if not _QUOTED.match(rest[first]):
        headed = _header_block(rest, first)
        return rest[first + headed :] if headed else rest
    while first < len(rest) and (_QUOTED.match(rest[first]) or not rest[first].strip()):
        first += 1
    return rest[first:] if first < len(rest) else lines


def _boundary(lines: list[str], index: int) -> int:
    """How many lines at ``index`` introduce an earlier message; 0 if none do."""
    line = lines[index]
    if len(line) > _LONGEST_ATTRIBUTION or _QUOTED.match(line):
        return 0
    if _SEPARATOR.match(line):
        return 1
    if ":" in line or "：" in line:
        block = _header_block(lines, index)
        if block:
            return block
    return _attribution(lines, index)


def _header_block(lines: list[str], index: int) -> int:
    names, has_from, last = 0, False, index
    for number in range(index, min(index + 12, len(lines))):
        line = lines[number]
        header = _HEADER.match(line) if len(line) < 2_000 else None
        if header is not None:
            names += 1
            has_from = has_from or header["from"] is not None
            last = number
        elif number == index or not line.strip() or number - last > 2:
            break
    return last - index + 1 if names >= 2 and has_from else 0


def _attribution(lines: list[str], index: int) -> int:
    if not _STARTS_ATTRIBUTION.match(lines[index]):
        return 0
    joined, blanks = "", 0
    for number in range(index, min(index + 7, len(lines))):
        line = lines[number].strip()
        if not line:
            following = lines[number + 1].strip() if number + 1 < len(lines) else ""
            blanks += 1
            if blanks > 1 or not following.startswith("<"):
                return 0
            continue
        joined = f"{joined} {line}"
        if len(joined) > _LONGEST_ATTRIBUTION:
            return 0
        dated = _DATED_AUTHOR.match(joined) and _quote_follows(lines, number + 1)
        if dated or _WROTE.search(joined):
            return number - index + 1
    return 0


def _quote_follows(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 3] if line.strip()), "")
    return _QUOTED.match(following) is not None


def _without_trailing_quote(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
        end -= 1
    return lines[:end] if end else lines


def _without_signature(lines: list[str]) -> list[str]:
    has_text = False
    for index, line in enumerate(lines):
        if has_text and _SIGNATURE.match(line):
            lines = lines[:index]
            break
        has_text = has_text or bool(line.strip())
    end = len(lines)
    while end:
        line = lines[end - 1]
        empty = not line.strip() or _RULE.match(line) is not None
        if not empty and (len(line) > 200 or not _SENT_FROM.search(line)):
            break
        end -= 1
    return _without_trailing_quote(lines[:end] or lines)
