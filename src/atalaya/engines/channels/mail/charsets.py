"""Bytes to text: what the sender declared, what it really is, and never an exception."""

import binascii
import codecs
import re
from functools import lru_cache
from typing import Final

from atalaya.kernel.text import clean

# What mail programs call a charset, where Python knows it under another name or where a
# superset reads everything the named one reads and the mistakes people make with it.
_ALIASES: Final = {
    "ansi_x3.4-1968": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "unicode-1-1-utf-7": "utf_7",
    "utf8": "utf_8",
    "utf-8mb4": "utf_8",
    "cp-850": "cp850",
}
# Text codecs of Python that no mail uses; some take quadratic time.
_REFUSED: Final = frozenset(
    ["idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"]
)
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.I)
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_LOOKED_AT: Final = 16_384
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} ?.*$", re.MULTILINE)


def decode(data: bytes, declared: str | None = None, *, is_html: bool = False) -> str:
    """Read ``data`` in the charset it declares or, where that is wrong or missing, in its own.

    >>> decode(b"ma\\xf1ana", "us-ascii")
    'mañana'
    >>> decode("mañana".encode(), "x-unknown")
    'mañana'
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return clean(data.decode(name, "replace"))
    codec = _codec(declared) if declared else None
    if codec is None and is_html:
        found = _META.search(data[:4096])
        codec = _codec(found[1].decode("ascii")) if found else None
    # Many programs declare a one-byte charset and send UTF-8; text that decodes as UTF-8 and is
    # not plain ASCII is UTF-8 for all practical purposes.
    if codec in {None, "cp1252", "utf-8"} and not data.isascii():
        text = _strictly(data, "utf_8")
        if text is not None:
            return clean(text)
    elif codec is None:
        return clean(data.decode("ascii"))
    if codec is not None:
        text = _strictly(data, codec)
        if text is not None:
            return clean(text)
        if codec not in {"utf-8", "utf-7", "cp1252"}:
            return clean(data.decode(codec, "replace"))
        if codec == "utf-8" and _mostly_utf8(data):
            return clean(data.decode("utf_8", "replace"))
    return clean(_guessed(data))


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding as far as it can be undone."""
    if encoding == "base64":
        return from_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _from_uu(data)
    return data


def from_base64(data: bytes) -> bytes:
    """Base64 with line breaks, junk and missing padding forgiven.

    >>> from_base64(b"aG9s\\n YQ")
    b'hola'
    """
    packed = _NOT_BASE64.sub(b"", data)
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))


@lru_cache(maxsize=256)
def _codec(declared: str) -> str | None:
    name = declared.strip().strip("\"'").lower()
    name = _ALIASES.get(name, name)
    if not name.isascii() or "\0" in name:
        return None
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # refuses codecs that do not read text
    except (LookupError, UnicodeError):
        return None
    return None if found.name in _REFUSED else found.name


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _mostly_utf8(data: bytes) -> bool:
    wrong = data[:_LOOKED_AT].decode("utf_8", "replace").count("\ufffd")
    foreign = sum(byte > 127 for byte in data[:_LOOKED_AT])
    return wrong * 4 <= foreign


def _guessed(data: bytes) -> str:
    # Imported late: only broken mail pays for loading the detector.
    from charset_normalizer import from_bytes

    sample = data[:_LOOKED_AT]
    if sum(byte > 127 for byte in sample) > 8:
        best = from_bytes(sample, steps=3, chunk_size=256).best()
        if best is not None and _codec(best.encoding):
            return data.decode(best.encoding, "replace")
    text = _strictly(data, "cp1252")
    return text if text is not None else data.decode("latin_1")


def _from_uu(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    decoded = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() in {b"end", b"`"}:
            break
        if not line.strip():
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            # A line longer than it says: encoders pad to a multiple of four characters.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                decoded.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                return data
    return b"".join(decoded)
