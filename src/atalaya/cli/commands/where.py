"""``atalaya where``: find the file that does something, by the words of people who run a desk."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import click

from atalaya.platform.errors import PlatformError
from atalaya.platform.words import gettext as _

PAGE = Path("docs") / "where-is.md"


@click.command(help=_("Say in which file something is done: atalaya where sla pause"))
@click.argument("words", nargs=-1, required=True)
def command(words: tuple[str, ...]) -> None:
    """Print the lines of the map that hold every word, or most of them."""
    lines = [line for line in _page().read_text("utf-8").splitlines() if "`" in line]
    wanted = [_folded(word) for word in words]
    scored = [(sum(_has(_folded(line), word) for word in wanted), line) for line in lines]
    best = max((score for score, _line in scored), default=0)
    if not best:
        raise PlatformError(
            "Nothing is written about that. Try other words, or read %(page)s.", page=PAGE
        )
    for score, line in scored:
        if score == best:
            click.echo(re.sub(r"\s*\|\s*", "  ", line.strip().strip("|*-")).strip())


def _page() -> Path:
    here = Path(__file__).resolve()
    for folder in (Path.cwd(), *here.parents):
        if (folder / PAGE).is_file():
            return folder / PAGE
    raise PlatformError(
        _("There is no %(page)s here. It is part of the source, not of an installation."), page=PAGE
    )


def _has(line: str, word: str) -> bool:
    stem = word[:-1] if len(word) > 4 and word.endswith("s") else word
    return re.search(rf"\b{re.escape(stem)}", line) is not None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
