from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('cargo', '0004_waits'),
    ]

    operations = [
        IndexConcurrently(
            model_name='consignment',
            index=models.Index(condition=models.Q(('voyage', ''), _negated=True), fields=['voyage'], name='consignment_voyage'),
        ),
    ]
