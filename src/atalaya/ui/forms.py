"""Forms in our look: Django's widgets through Jinja2, and pickers that search while one types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django.forms
import jinja2
from django import forms
from django.forms import BoundField
from django.forms.renderers import BaseRenderer
from django.template.backends.jinja2 import Jinja2
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

HERE = Path(__file__).resolve().parent

CHECKS = (forms.CheckboxInput,)
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class Renderer(BaseRenderer):
    """Named by the setting FORM_RENDERER: Django's own widget templates in Jinja2, then ours."""

    @cached_property
    def engine(self) -> Jinja2:
        """Not the engine of pages: Django's widget templates count on lenient undefined names."""
        return Jinja2(
            {
                "NAME": "atalaya-forms",
                "APP_DIRS": False,
                "DIRS": [HERE, Path(django.forms.__file__).parent / "jinja2"],
                "OPTIONS": {
                    "environment": "atalaya.ui.jinja.environment",
                    "undefined": jinja2.Undefined,
                },
            }
        )

    def get_template(self, template_name: str) -> Any:
        """The template of a widget."""
        return self.engine.get_template(template_name)


def picked(value: str) -> int:
    """The id that a picker sent; 0, which nothing has, for what cannot be one.

    An address is anybody's to make: it may hold thousands of digits, or signs that only look so.
    """
    known = value.isascii() and value.isdigit() and len(value) < 19
    return int(value) if known else 0


class Picker(forms.TextInput):
    """Choose one of very many by typing: a combobox that asks ``src`` for matches (`?q=`).

    ``src`` answers with `components/combobox/options.html`. ``names`` turns the chosen value into
    the words to show. With ``free`` what was typed counts when nothing was chosen (an address).
    """

    template_name = "components/combobox/widget.html"

    def __init__(
        self,
        *,
        src: str | Callable[[], str],
        names: Callable[[str], str] | None = None,
        free: bool = False,
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.src, self.names, self.free = src, names, free

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds where to search and how the present value is called."""
        context = super().get_context(name, value, attrs)
        chosen = "" if value in (None, "") else str(value)
        context["picker"] = {
            "src": self.src() if callable(self.src) else self.src,
            "free": self.free,
            "label": self.names(chosen) if chosen and self.names else chosen,
        }
        return context


class SeveralFiles(forms.ClearableFileInput):
    """A file input that takes several files, with drop and paste where scripts run."""

    allow_multiple_selected = True
    template_name = "components/file_drop/widget.html"


class FilesField(forms.FileField):
    """Several files, each checked as one; the cleaned value is a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files that were sent; an empty list when none was needed."""
        given: Iterable[Any] = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given if one]
        if not cleaned and self.required:
            super().clean(None, initial)
        return cleaned


def widget(bound: BoundField, **attrs: Any) -> SafeString:
    """The input of a field with our classes; Django adds what ties it to help and errors."""
    kind = bound.field.widget
    if isinstance(kind, CHECKS):
        css = "form-check-input"
    elif isinstance(kind, GROUPS):
        css = "form-check-group"
    else:
        css = "form-select" if isinstance(kind, forms.Select) else "form-control"
    given = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
    own = kind.attrs.get("class", "")
    error = "is-invalid" if bound.errors else ""
    extra = given.pop("class", "")
    return bound.as_widget(
        attrs={**given, "class": " ".join(filter(None, (css, own, extra, error)))}
    )


def is_check(bound: BoundField) -> bool:
    """Whether the label belongs after the input."""
    return isinstance(bound.field.widget, CHECKS)


def is_group(bound: BoundField) -> bool:
    """Whether the field is several inputs that need a fieldset and a legend."""
    return isinstance(bound.field.widget, (*GROUPS, forms.MultiWidget))
