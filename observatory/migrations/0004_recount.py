from django.db import migrations


def forget(apps, schema_editor):
    """What accrues in a day was noted less what had accrued, which no recount mends; trips are measured anew."""
    for name in ("Reading", "Due", "Rollup"):
        apps.get_model("observatory", name).objects.filter(indicator="burning_usd_day").delete()
    apps.get_model("observatory", "Mark").objects.filter(name="match").delete()


class Migration(migrations.Migration):

    dependencies = [
        ("observatory", "0003_firms"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
