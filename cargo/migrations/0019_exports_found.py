from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("cargo", "0018_forecasts_of_exports"),
    ]

    operations = [
        IndexConcurrently(
            model_name="consignment",
            index=models.Index(condition=models.Q(("direction", "export")), fields=["id"], name="consignment_export"),
        ),
    ]
