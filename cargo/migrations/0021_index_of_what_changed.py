from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("cargo", "0020_status_changed"),
    ]

    operations = [
        IndexConcurrently(model_name="status", index=models.Index(fields=["changed_at"], name="status_changed")),
    ]
