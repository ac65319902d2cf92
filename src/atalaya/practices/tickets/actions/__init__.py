"""What can be done with tickets: one function per use case."""

from __future__ import annotations

from atalaya.practices.tickets.actions.assigning import assign_ticket, hand_over, move_ticket
from atalaya.practices.tickets.actions.defining import save_state
from atalaya.practices.tickets.actions.editing import (
    change_state,
    edit_ticket,
    exclude,
    include,
    prioritise,
)
from atalaya.practices.tickets.actions.linking import (
    add_task,
    apply_checklist,
    bin_ticket,
    change_task,
    keep_promise,
    link_ticket,
    promise_call,
    remove_task,
    restore_ticket,
    tick_task,
    unlink_ticket,
)
from atalaya.practices.tickets.actions.merging import (
    merge_ticket,
    split_ticket,
    unmerge_ticket,
)
from atalaya.practices.tickets.actions.opening import open_follow_up, open_ticket
from atalaya.practices.tickets.actions.replying import (
    add_note,
    answer_ticket,
    log_call,
    receive_message,
)
from atalaya.practices.tickets.actions.resolving import (
    close_ticket,
    reopen_ticket,
    resolve_ticket,
)
from atalaya.practices.tickets.actions.waiting import (
    answer_and_wait,
    remind,
    resume_ticket,
    snooze_ticket,
    wait_for,
)

__all__ = [
    "add_note",
    "add_task",
    "answer_and_wait",
    "answer_ticket",
    "apply_checklist",
    "assign_ticket",
    "bin_ticket",
    "change_state",
    "change_task",
    "close_ticket",
    "edit_ticket",
    "exclude",
    "hand_over",
    "include",
    "keep_promise",
    "link_ticket",
    "log_call",
    "merge_ticket",
    "move_ticket",
    "open_follow_up",
    "open_ticket",
    "prioritise",
    "promise_call",
    "receive_message",
    "remind",
    "remove_task",
    "reopen_ticket",
    "resolve_ticket",
    "restore_ticket",
    "resume_ticket",
    "save_state",
    "snooze_ticket",
    "split_ticket",
    "tick_task",
    "unlink_ticket",
    "unmerge_ticket",
    "wait_for",
]
