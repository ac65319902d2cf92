from django.db import migrations


class Migration(migrations.Migration):
    """Paces are written with every request and may be lost: they need no place in the log."""

    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table api_pace set unlogged", "alter table api_pace set logged"
        ),
    ]
