"""Measures in the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from atalaya.kernel.plugs import menu

menu(
    "reports.overview",
    place="rail",
    label=_("Measures"),
    url="console:reports:overview",
    icon="chart-bar",
    order=70,
    permission="reports.see",
    module=__name__,
)
