import django.db.models.deletion
from django.db import migrations, models

TOLD = """
    UPDATE cargo_status s SET consignee_id = c.consignee_id FROM cargo_consignment c WHERE c.id = s.consignment_id
"""
# The status's consignee is the consignment's, whoever changes that.
SAME = """
    ALTER TABLE cargo_status ADD CONSTRAINT status_of_its_consignee
        FOREIGN KEY (consignment_id, consignee_id) REFERENCES cargo_consignment (id, consignee_id)
        ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
OTHER = "ALTER TABLE cargo_status DROP CONSTRAINT status_of_its_consignee"


class Migration(migrations.Migration):

    dependencies = [
        ("cargo", "0001_squashed_0012_forecast_causes"),
        ("liaison", "0001_squashed_0006_directory_search"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="consignment",
            constraint=models.UniqueConstraint(fields=("id", "consignee"), name="consignment_and_consignee"),
        ),
        migrations.AddField(
            model_name="status",
            name="consignee",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", to="liaison.organization",
            ),
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="status",
            name="consignee",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", to="liaison.organization",
            ),
        ),
        migrations.RunSQL(SAME, OTHER),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(fields=["consignee", "-moved_at", "-consignment"], name="status_of_consignee"),
        ),
    ]
