"""One sequence of numbers for every kind of work."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """The sequence behind ``WorkItem.number``."""

    dependencies = [("work", "0001_initial")]
    operations = [
        migrations.RunSQL("create sequence work_number as bigint", "drop sequence work_number")
    ]
