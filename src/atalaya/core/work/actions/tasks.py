"""Tasks and checklists, and promises to get back to somebody."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Max

from atalaya.core.journal.actions import action, append, append_at, locked
from atalaya.core.people.models import Actor, Person
from atalaya.core.work.errors import DueInThePast, NobodyPromises, SubjectMissing
from atalaya.core.work.events import PromiseDue, PromiseKept, PromiseMade, TaskChanged
from atalaya.core.work.models import ChecklistTemplate, Promise, Task, WorkItem
from atalaya.kernel import clock
from atalaya.kernel.languages import say
from atalaya.kernel.text import one_line

TASK_FIELDS = frozenset({"title", "team", "assignee", "due_at", "tracked", "position"})


@action("work.add_task")
def add_task(item: WorkItem, *, by: Actor, title: str, **fields: Any) -> Task:
    """Add a step at the end. Raises SubjectMissing without a title."""
    if set(fields) - TASK_FIELDS:
        raise TypeError(f"no such fields: {sorted(set(fields) - TASK_FIELDS)}")
    clean = one_line(title, 255)
    if not clean:
        raise SubjectMissing(at="title")
    last = item.tasks.aggregate(last=Max("position"))["last"]
    fields.setdefault("position", 0 if last is None else last + 1)
    task = Task.objects.create(item=item, title=clean, **fields)
    append(TaskChanged(item.pk, task.pk, "added"), by=by, about=item)
    return task


@action("work.apply_checklist")
def apply_checklist(
    item: WorkItem, template: ChecklistTemplate, *, by: Actor, language: str = ""
) -> list[Task]:
    """Add every step of a template that is not there yet, in ``language``."""
    known = set(item.tasks.values_list("title", flat=True))
    steps = (say(step, language or None) for step in template.steps)
    return [add_task(item, by=by, title=step) for step in steps if step and step not in known]


@action("work.change_task")
def change_task(task: Task, *, by: Actor, **fields: Any) -> Task:
    """Change a step. Raises SubjectMissing for an empty title."""
    if set(fields) - TASK_FIELDS:
        raise TypeError(f"no such fields: {sorted(set(fields) - TASK_FIELDS)}")
    task = locked(task)
    if "title" in fields:
        fields["title"] = one_line(fields["title"], 255)
        if not fields["title"]:
            raise SubjectMissing(at="title")
    changed = [name for name, value in fields.items() if getattr(task, name) != value]
    for name in changed:
        setattr(task, name, fields[name])
    if changed:
        task.save(update_fields=changed)
        append(TaskChanged(task.item_id, task.pk, "changed"), by=by, about=task.item)
    return task


@action("work.tick_task")
def tick_task(task: Task, *, by: Actor, done: bool = True) -> Task:
    """Mark a step as done, or as not done after all."""
    task = locked(task)
    if (task.done_at is not None) == done:
        return task
    task.done_at = clock.now() if done else None
    task.done_by = by.person if done else None
    task.save(update_fields=["done_at", "done_by"])
    append(TaskChanged(task.item_id, task.pk, "done" if done else "undone"), by=by, about=task.item)
    return task


@action("work.remove_task")
def remove_task(task: Task, *, by: Actor) -> None:
    """Take a step away."""
    item, pk = task.item, task.pk
    gone, _rows = Task.objects.filter(pk=pk).delete()
    if gone:
        append(TaskChanged(item.pk, pk, "removed"), by=by, about=item)


@action("work.promise")
def make_promise(
    item: WorkItem, *, by: Actor, due_at: dt.datetime, note: str = "", person: Person | None = None
) -> Promise:
    """Promise to get back by ``due_at`` (aware); a timer reminds whoever promised.

    Raises DueInThePast, NobodyPromises.
    """
    if due_at <= clock.now():
        raise DueInThePast
    maker = person or by.person or item.assignee
    if maker is None:
        raise NobodyPromises
    promise = Promise.objects.create(
        item=item, made_by=maker, due_at=due_at, note=one_line(note, 255)
    )
    append(PromiseMade(item.pk, promise.pk, due_at), by=by, about=item)
    append_at(due_at, PromiseDue(item.pk, promise.pk), about=item)
    return promise


@action("work.keep_promise")
def keep_promise(promise: Promise, *, by: Actor) -> Promise:
    """Mark a promise as kept."""
    promise = locked(promise)
    if promise.kept_at is not None:
        return promise
    promise.kept_at = clock.now()
    promise.save(update_fields=["kept_at"])
    late = promise.kept_at > promise.due_at
    append(PromiseKept(promise.item_id, promise.pk, late=late), by=by, about=promise.item)
    return promise
