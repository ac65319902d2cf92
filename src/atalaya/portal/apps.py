"""The requester's face: the shell around every page of the portal, and its home."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The portal."""

    name = "atalaya.portal"
    label = "portal"

    def ready(self) -> None:
        """Let the shell find what it shows around every page, whoever's page that is."""
        from atalaya.portal.frame import portal_frame
        from atalaya.ui.jinja import share

        share(portal_frame=portal_frame)
