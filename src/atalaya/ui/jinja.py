"""The template engine: Jinja2 with our words, formats, icons and components.

Templates lie in `<package>/templates/<package>/…`. Components are reached through `c`, so that a
part of a page rendered alone has them too: `{{ c.button(_("Send")) }}`, `{% call c.card() %}`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from markupsafe import Markup, escape

from atalaya.kernel.languages import say
from atalaya.ui import assets, formats, forms, menus
from atalaya.ui.panels import panels_for

HERE = Path(__file__).resolve().parent
CLONE = HERE.parent.parent.parent
THEMES = ("auto", "light", "dark", "contrast")


class Backend(Jinja2):
    """Django's Jinja2 backend over the `templates` folders of our own packages.

    Other people's apps keep Django's language in folders of the same name, so theirs are left out.
    """

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params = {
            **params,
            "OPTIONS": {"environment": "atalaya.ui.jinja.environment", **params["OPTIONS"]},
        }
        params["OPTIONS"].setdefault("undefined", jinja2.StrictUndefined)
        if settings.DEBUG and (CLONE / "package.json").exists():
            assets.prepare(CLONE)
        super().__init__(params)

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        """Our packages' folders, then the kit itself (components are named `components/…`)."""
        ours = [
            Path(config.path) / self.app_dirname
            for config in apps.get_app_configs()
            if config.name.startswith("atalaya.")
        ]
        found = [*self.dirs, *(path for path in ours if path.is_dir()), HERE]
        return tuple(str(path) for path in found)


def environment(**options: Any) -> jinja2.Environment:
    """The environment every template sees: globals, filters, gettext, components."""
    env = jinja2.Environment(  # noqa: S701 - Django's backend passes autoescape=True in the options
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.filters.update(formats.FILTERS)
    env.filters["say"] = say
    env.globals.update(
        c=Components(env),
        icon=icon,
        static=static,
        url=url,
        language=language,
        messages_of=get_messages,
        attributes=attributes,
        theme=theme,
        debug=settings.DEBUG,
        kit_is_fresh=kit_is_fresh,
        widget=forms.widget,
        is_check=forms.is_check,
        is_group=forms.is_group,
        panels_for=panels_for,
        menu_for=menus.menu_for,
        is_current=menus.is_current,
        **_shared,
    )
    return env


_shared: dict[str, Any] = {}


def share(**functions: Callable[..., Any]) -> None:
    """Give every template a function of a layer above the kit, such as what a shell shows.

    Called when applications start, before the first template is read.
    """
    _shared.update(functions)


class Components:
    """`c.<name>` is the macro of that name, wherever in `ui/components/` it is written.

    Macros that start with an underscore are their component's own business.
    """

    def __init__(self, env: jinja2.Environment) -> None:
        self._env = env
        self._homes: dict[str, str] = {}

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in SAME_EVERY_TIME and not self._env.auto_reload:
            kept = _Kept(self._macro(name))
            setattr(self, name, kept)  # found without __getattr__ from now on
            return kept
        return self._macro(name)

    def _macro(self, name: str) -> Callable[..., Markup]:
        home = self._homes.get(name) or self._find(name)
        macro: Callable[..., Markup] = getattr(self._env.get_template(home).module, name)
        return macro

    def _find(self, name: str) -> str:
        for path in component_templates():
            module = self._env.get_template(path).module
            for macro in vars(module):
                if isinstance(getattr(module, macro), jinja2.runtime.Macro) and macro[0] != "_":
                    self._homes.setdefault(macro, path)
        if name not in self._homes:
            raise AttributeError(f"there is no component {name!r}")
        return self._homes[name]


SAME_EVERY_TIME = frozenset({"avatar", "badge", "count", "key", "person", "priority", "state"})
"""Components whose text depends on their arguments and the language only: lists repeat them."""


class _Kept:
    """A component that remembers what it said; the oldest is forgotten first."""

    MOST = 4096

    def __init__(self, macro: Callable[..., Markup]) -> None:
        self._macro = macro
        self._said: dict[Any, Markup] = {}

    def __call__(self, *args: Any, **named: Any) -> Markup:
        key = (get_language(), args, *named.items())
        try:
            found = self._said.get(key)
        except TypeError:  # an argument that has no hash
            return self._macro(*args, **named)
        if found is None:
            found = self._macro(*args, **named)
            if len(self._said) >= self.MOST:
                self._said.pop(next(iter(self._said)), None)
            self._said[key] = found
        return found


@cache
def component_templates() -> tuple[str, ...]:
    """The template of each component: `components/card/card.html`."""
    return tuple(
        f"components/{folder.name}/{folder.name}.html"
        for folder in sorted((HERE / "components").iterdir())
        if (folder / f"{folder.name}.html").exists()
    )


def url(name: str, **named: Any) -> str:
    """The address of a view: `url("console:tickets:page", number=…)`."""
    return reverse(name, kwargs=named)


def language() -> str:
    """The active language as HTML names it."""
    return get_language() or "en"


def theme(request: HttpRequest) -> str:
    """The theme this browser chose; without a choice the system's own."""
    chosen = request.COOKIES.get("atalaya_theme", "auto")
    return chosen if chosen in THEMES else "auto"


def kit_is_fresh() -> str:
    """In development: rebuild scripts and styles when a source changed. Shows nothing."""
    if (CLONE / "package.json").exists():
        assets.prepare(CLONE)
    return ""


@cache
def _icons() -> frozenset[str]:
    return frozenset((HERE / "icons.txt").read_text("utf-8").split())


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> Markup:
    """An icon from the sprite; silent for screen readers unless it carries a label of its own."""
    if name not in _icons():
        raise LookupError(f"icon {name!r} is not in ui/icons.txt")
    heard = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="icon{}" {} focusable="false"><use href="{}#{}"/></svg>').format(
        f" {css}" if css else "", heard, static("vendor/icons.svg"), name
    )


def attributes(values: dict[str, Any] | None) -> Markup:
    """HTML attributes from a dictionary: `None` and `False` are left out, `True` stands alone.

    Underscores become hyphens (`hx_get` → `hx-get`), a trailing one is dropped (`class_`).
    """
    parts = []
    for name, value in (values or {}).items():
        if value is None or value is False:
            continue
        key = escape(name.rstrip("_").replace("_", "-"))
        parts.append(
            Markup(" {}").format(key) if value is True else Markup(' {}="{}"').format(key, value)
        )
    return Markup("").join(parts)
