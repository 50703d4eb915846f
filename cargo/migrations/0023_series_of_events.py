from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cargo", "0022_events_restated"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="series",
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
