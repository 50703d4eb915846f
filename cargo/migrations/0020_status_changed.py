import django.db.models.functions.datetime
from django.db import migrations, models

# What was last heard of each, or its registration: what is there already is not new.
TOLD = """
    UPDATE cargo_status s SET changed_at = GREATEST(c.registered_at, e.received_at)
    FROM cargo_status o JOIN cargo_consignment c ON c.id = o.consignment_id LEFT JOIN cargo_event e ON e.id = o.event_id
    WHERE o.consignment_id = s.consignment_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ("cargo", "0019_exports_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="status",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
    ]
