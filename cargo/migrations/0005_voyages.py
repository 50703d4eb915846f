from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('cargo', '0004_waits'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='consignment',
            index=models.Index(condition=models.Q(('voyage', ''), _negated=True), fields=['voyage'], name='consignment_voyage'),
        ),
    ]
