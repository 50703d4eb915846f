from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('feeds', '0003_board'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='quarantine',
            index=models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['code', '-id'], name='quarantine_code'),
        ),
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(fields=['read_at'], name='delivery_read_at'),
        ),
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('replay__isnull', False)), fields=['replay'], name='delivery_replayed'),
        ),
        AddIndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'quarantined')), fields=['source'], name='delivery_quarantined'),
        ),
    ]
