from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models.functions import Upper

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("tickets", "0009_teams"),
    ]

    operations = [
        IndexConcurrently(
            model_name="attachment",
            index=GinIndex(OpClass(Upper("file_name"), name="gin_trgm_ops"), name="attachment_name_trigrams"),
        ),
    ]
