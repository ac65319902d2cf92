"""A text in every language of the desk, as one field of a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from atalaya.kernel.languages import LANGUAGES

NAMES = {"en": "English", "es": "Español"}


class TextsWidget(forms.MultiWidget):
    """One input a language, each named in itself."""

    template_name = "components/texts/widget.html"

    def __init__(self, *, rows: int = 0, attrs: dict[str, Any] | None = None) -> None:
        made: dict[str, forms.Widget | type[forms.Widget]] = {}
        for code in LANGUAGES:
            kept = {**(attrs or {}), "lang": code, "aria-label": NAMES[code]}
            made[code] = (
                forms.Textarea(attrs={**kept, "rows": rows}) if rows else forms.TextInput(kept)
            )
        super().__init__(made)

    def decompress(self, value: Any) -> list[str]:
        """From the kept texts to the inputs."""
        known = value if isinstance(value, dict) else {}
        return [known.get(code, "") for code in LANGUAGES]


class TextsField(forms.MultiValueField):
    """Texts by language code; languages without a text are left out.

    One language is enough: readers of the other see it too. ``rows`` makes text areas.
    """

    def __init__(self, *, rows: int = 0, max_length: int = 255, **more: Any) -> None:
        fields = [
            forms.CharField(max_length=max_length, required=False, strip=True) for _one in LANGUAGES
        ]
        super().__init__(
            fields=fields,
            widget=TextsWidget(rows=rows, attrs={"maxlength": max_length}),
            require_all_fields=False,
            **more,
        )

    def compress(self, data_list: list[str] | None) -> dict[str, str]:
        """From the inputs to what is kept."""
        given = zip(LANGUAGES, data_list or [], strict=False)
        return {code: text for code, text in given if text}

    def clean(self, value: Any) -> dict[str, str]:
        """The texts. A needed field needs one language, not all."""
        found: dict[str, str] = super().clean(value)
        return found or {}


def lines_in(texts: dict[str, str]) -> str:
    """Texts on one line, as ``bilingual_lines`` reads them: ``English | Español``."""
    return " | ".join(texts.get(code, "") for code in LANGUAGES).rstrip(" |")


class BilingualLines(forms.CharField):
    """Several texts, one a line: ``English | Español``."""

    def __init__(self, *, most: int = 200, **more: Any) -> None:
        more.setdefault("help_text", _("One a line: English | Español."))
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), **more)
        self.most = most

    def prepare_value(self, value: Any) -> Any:
        """The kept texts as lines."""
        if isinstance(value, list):
            return "\n".join(lines_in(one) for one in value)
        return value

    def clean(self, value: Any) -> list[dict[str, str]]:
        """The texts of every line."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > self.most:
            raise forms.ValidationError(_now("At most %(count)d lines.") % {"count": self.most})
        return [texts_of(line) for line in lines]


def texts_of(line: str) -> dict[str, str]:
    """The texts of one line; a line without a bar counts for every language."""
    parts = [part.strip()[:255] for part in line.split("|")]
    return {code: part for code, part in zip(LANGUAGES, parts, strict=False) if part}
