"""Build hooks: dependencies from requirements/run.in, browser parts and catalogues in place."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Says what the package needs to run; `requirements/run.in` is the one list of it."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / "requirements" / "run.in").read_text("utf-8")
        lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
        metadata["dependencies"] = [line for line in lines if line and not line.startswith("-")]


class Parts(BuildHookInterface[Any]):
    """Puts scripts, styles, icons and compiled translations where Django finds them.

    Runs for wheels and for editable installs; a second run with nothing changed does nothing.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from atalaya.ui import assets

        assets.prepare(Path(self.root), say=self.app.display_info)
