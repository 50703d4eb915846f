import django.db.models.deletion
from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("cargo", "0017_stays_of_exports"),
        ("liaison", "0009_sectors"),
        ("tickets", "0006_third_contract"),
    ]

    operations = [
        IndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("kind", "resolved")),
                fields=["at"],
                include=("ticket", "number"),
                name="entry_resolved",
            ),
        ),
        IndexConcurrently(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("kind", "reopened")), fields=["ticket", "number"], name="entry_reopened"
            ),
        ),
        IndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state__in", ["new", "open", "paused"])),
                fields=["waiting_on"],
                include=("id", "agency", "assignee", "next_breach_at", "usd_at_risk", "snoozed_until", "opened_at"),
                name="ticket_board",
            ),
        ),
        IndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state__in", ["resolved", "closed"])),
                fields=["resolved_at"],
                include=("cause",),
                name="ticket_resolved",
            ),
        ),
        IndexConcurrently(
            model_name="ticket",
            index=models.Index(fields=["category", "id"], name="ticket_of_category"),
        ),
        # Last: until here the index that goes with the foreign key finds what has a category.
        migrations.AlterField(
            model_name="ticket",
            name="category",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tickets",
                to="tickets.category",
            ),
        ),
    ]
