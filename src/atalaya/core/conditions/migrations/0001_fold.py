from django.db import migrations

from atalaya.core.conditions.folding import FUNCTION, create_function_sql


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(create_function_sql(), f"DROP FUNCTION IF EXISTS {FUNCTION}(text)"),
    ]
