from django.db import migrations

from atalaya.engines.search.language import text_index

NAMES = [
    ("search_person_name", "people_person", "public.atalaya_fold(name)"),
    ("search_person_address", "people_address", "public.atalaya_fold(value)"),
]


class Migration(migrations.Migration):
    dependencies = [("search", "0001_language"), ("work", "0002_number"), ("people", "0001_initial")]
    operations = [
        migrations.RunSQL(*text_index("search_item_subject", "work_workitem", "subject")),
        migrations.RunSQL(*text_index("search_entry_text", "work_entry", "text")),
        *(
            migrations.RunSQL(
                f"CREATE INDEX {name} ON {table} USING gin (({column}) gin_trgm_ops)",
                f"DROP INDEX {name}",
            )
            for name, table, column in NAMES
        ),
    ]
