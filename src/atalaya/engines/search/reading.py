"""What somebody typed, taken apart. Pure."""

from __future__ import annotations

import re

from atalaya.engines.search.ports import Asked
from atalaya.kernel.text import clean

LONGEST = 200  # characters that are read
MOST = 10  # words and phrases
_QUOTED = re.compile(r"[\"“«]([^\"”»]*)[\"”»]")
_AROUND = re.compile(r"^[^\w#]+|[^\w]+$")


def read(text: str) -> Asked:
    """Words and phrases in order; a trailing space says that the last word is complete.

    >>> read('impresora "oficina de Madrid" colo')
    Asked(words=('impresora', 'colo'), phrases=('oficina de Madrid',), begun=True)
    """
    text = clean(text)[:LONGEST]
    phrases = [found.strip() for found in _QUOTED.findall(text) if found.strip()]
    rest = _QUOTED.sub(" ", text)
    words = [_AROUND.sub("", word) for word in rest.split()]
    known = tuple(dict.fromkeys(word for word in words if word))[:MOST]
    begun = bool(known) and not text[-1:].isspace() and text.rstrip().endswith(known[-1])
    return Asked(known, tuple(phrases[: MOST - len(known)]), begun)
