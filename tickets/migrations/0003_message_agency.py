import django.db.models.deletion
from django.db import migrations, models

# Whom the log names with a message; where two share the name nobody can tell, and the office alone reads it.
NAMED = """
UPDATE tickets_message AS said SET agency_id = named.id
FROM tickets_entry AS entry, liaison_organization AS named
WHERE said.kind = 'agency' AND entry.ticket_id = said.ticket_id
    AND entry.data -> 'message' = to_jsonb(said.id) AND named.name = entry.data ->> 'agency' AND named.kind = 'agency'
    AND NOT EXISTS (
        SELECT 1 FROM liaison_organization AS other
        WHERE other.name = named.name AND other.kind = 'agency' AND other.id <> named.id
    )
"""


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_mails")]

    operations = [
        migrations.AddField(
            "message",
            "agency",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="liaison.organization",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(("agency__isnull", True), ("kind", "agency"), _connector="OR"),
                name="message_agency_of_its_own",
            ),
        ),
        migrations.RunSQL(NAMED, migrations.RunSQL.noop),
    ]
