from django.db import migrations, models

# The trail is partitioned, and Django does not manage it.
TRAIL = """
ALTER TABLE corridor_position
    ADD COLUMN container text NOT NULL DEFAULT '', ADD COLUMN container_at timestamptz,
    ADD COLUMN plate text NOT NULL DEFAULT '', ADD COLUMN plate_at timestamptz
"""
# What a tracker was last said to ride with is taken as named by its last position, and by those that may be followed anew.
NAMED = """
UPDATE corridor_tracker SET container_at = CASE WHEN container <> '' THEN fixed_at END,
    plate_at = CASE WHEN plate <> '' THEN fixed_at END
WHERE container <> '' OR plate <> '';
UPDATE corridor_position p SET container = t.container, container_at = CASE WHEN t.container <> '' THEN p.fixed_at END,
    plate = t.plate, plate_at = CASE WHEN t.plate <> '' THEN p.fixed_at END
FROM corridor_tracker t
WHERE p.tracker_id = t.id AND p.fixed_at > now() - interval '3 days' AND (t.container <> '' OR t.plate <> '')
"""


class Migration(migrations.Migration):

    dependencies = [
        ("corridor", "0004_call_changed"),
    ]

    operations = [
        migrations.AddField(
            model_name="tracker",
            name="container_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="tracker",
            name="plate_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(
            TRAIL,
            """
            ALTER TABLE corridor_position
                DROP COLUMN container, DROP COLUMN container_at, DROP COLUMN plate, DROP COLUMN plate_at
            """,
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
    ]
