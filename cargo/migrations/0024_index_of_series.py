from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("cargo", "0023_series_of_events"),
    ]

    operations = [
        IndexConcurrently(
            model_name="event",
            index=models.Index(
                condition=models.Q(("series__isnull", False)), fields=["series"], name="event_series"
            ),
        ),
    ]
