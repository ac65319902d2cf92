from django.db import migrations

from atalaya.engines.search.language import CREATE, DROP


class Migration(migrations.Migration):
    initial = True
    dependencies = [("conditions", "0001_fold")]
    operations = [migrations.RunSQL(CREATE, DROP)]
