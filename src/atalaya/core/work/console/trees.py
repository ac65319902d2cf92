"""A list or tree of choices, written as lines: ``key: English | Español``, two spaces a level."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from atalaya.kernel.text import fold
from atalaya.ui.texts import lines_in, texts_of

MOST, DEEPEST = 500, 6
KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
WITH_KEY = re.compile(r"([a-z0-9][a-z0-9_-]{0,59}):\s+(.+)")


class ChoicesField(forms.CharField):
    """Choices with their keys. A line without a key gets one from its words."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            help_text=_(
                "One a line: English | Español. Two spaces before a line put it under the one "
                "above (for a tree). A key may stand first (hq: Headquarters | Sede)."
            ),
            strip=False,
            **more,
        )

    def prepare_value(self, value: Any) -> Any:
        """The kept choices as lines."""
        return written(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """The choices as a tree."""
        return read(super().clean(value))


def written(choices: list[dict[str, Any]], depth: int = 0) -> str:
    """Choices as lines.

    >>> written([{"key": "a", "names": {"en": "A", "es": "Á"}, "children": [
    ...     {"key": "b", "names": {"en": "B"}}]}])
    'a: A | Á\\n  b: B'
    """
    lines = []
    for choice in choices:
        names = choice.get("names", {})
        lines.append(f"{'  ' * depth}{choice['key']}: {lines_in(names) or choice['key']}")
        if choice.get("children"):
            lines.append(written(choice["children"], depth + 1))
    return "\n".join(lines)


def read(text: str) -> list[dict[str, Any]]:
    """Lines as a tree of choices. Raises ValidationError.

    >>> read("hq: Head office | Sede\\n  Reception | Recepción")[0]["children"][0]["key"]
    'reception'
    """
    root: list[dict[str, Any]] = []
    open_at: list[list[dict[str, Any]]] = [root]
    seen: set[str] = set()
    lines = [line.replace("\t", "  ").rstrip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise forms.ValidationError(_now("At most %(count)d choices.") % {"count": MOST})
    for line in lines:
        depth = min((len(line) - len(line.lstrip(" "))) // 2, len(open_at) - 1, DEEPEST - 1)
        choice = _choice(line.strip(), seen)
        del open_at[depth + 1 :]
        open_at[depth].append(choice)
        open_at.append(choice["children"])
    return _without_empty(root)


def _choice(line: str, seen: set[str]) -> dict[str, Any]:
    given = WITH_KEY.fullmatch(line)
    key, words = (given[1], given[2]) if given else ("", line)
    names = texts_of(words)
    if not names:
        raise forms.ValidationError(_now("A line has no words: %(line)s") % {"line": line[:60]})
    key = key or re.sub(r"[^a-z0-9]+", "-", fold(next(iter(names.values())))).strip("-")[:60]
    if not KEY.fullmatch(key) or key in seen:
        raise forms.ValidationError(
            _now("Give this line a key of its own: %(line)s") % {"line": line[:60]}
        )
    seen.add(key)
    return {"key": key, "names": names, "children": []}


def _without_empty(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for choice in choices:
        if choice["children"]:
            _without_empty(choice["children"])
        else:
            del choice["children"]
    return choices
