"""The writes that actions of practices are made of. They lock and tell; practices permit."""

from __future__ import annotations

from atalaya.core.work.actions.declaring import (
    ask_for_choices,
    keep_choices,
    save_field,
)
from atalaya.core.work.actions.items import (
    bin_item,
    custom_values,
    lock_item,
    matrix,
    open_item,
    set_assignee,
    set_custom,
    set_fields,
    set_priority,
    set_state,
    set_tags,
    set_team,
    set_turn,
    touch,
)
from atalaya.core.work.actions.linking import link_items, unlink_items
from atalaya.core.work.actions.lists import remove_row, save_row, set_matrix, write_paths
from atalaya.core.work.actions.tagging import save_tag
from atalaya.core.work.actions.tasks import (
    add_task,
    apply_checklist,
    change_task,
    keep_promise,
    make_promise,
    remove_task,
    tick_task,
)
from atalaya.core.work.actions.timeline import (
    ENTRY,
    add_entry,
    redact_entry,
    stop_taking_part,
    take_part,
)

__all__ = [
    "ENTRY",
    "add_entry",
    "add_task",
    "apply_checklist",
    "ask_for_choices",
    "bin_item",
    "change_task",
    "custom_values",
    "keep_choices",
    "keep_promise",
    "link_items",
    "lock_item",
    "make_promise",
    "matrix",
    "open_item",
    "redact_entry",
    "remove_row",
    "remove_task",
    "save_field",
    "save_row",
    "save_tag",
    "set_assignee",
    "set_custom",
    "set_fields",
    "set_matrix",
    "set_priority",
    "set_state",
    "set_tags",
    "set_team",
    "set_turn",
    "stop_taking_part",
    "take_part",
    "tick_task",
    "touch",
    "unlink_items",
    "write_paths",
]
