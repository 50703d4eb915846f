from django.db import migrations, models
from django.db.models.functions import Now

# What is there already is not new.
HEARD = "UPDATE corridor_vesselcall SET changed_at = updated_at"


class Migration(migrations.Migration):

    dependencies = [
        ("corridor", "0003_condition_repeated"),
    ]

    operations = [
        migrations.AddField(
            model_name="vesselcall",
            name="changed_at",
            field=models.DateTimeField(db_default=Now()),
        ),
        migrations.RunSQL(HEARD, migrations.RunSQL.noop),
    ]
