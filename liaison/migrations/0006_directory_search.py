import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):
    # Nobody waits while the indexes are built.
    atomic = False

    dependencies = [
        ('liaison', '0005_directory'),
    ]

    operations = [
        IndexConcurrently(
            model_name='organization',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='gin_trgm_ops'), name='organization_email_trigrams'),
        ),
        IndexConcurrently(
            model_name='organization',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('phone'), name='gin_trgm_ops'), name='organization_phone_trigrams'),
        ),
        IndexConcurrently(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('phone'), name='gin_trgm_ops'), name='person_phone_trigrams'),
        ),
    ]
