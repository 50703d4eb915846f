from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("cargo", "0021_index_of_what_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="restated_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="restated_in",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
    ]
