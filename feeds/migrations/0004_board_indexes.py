import django.db.models.deletion
from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('feeds', '0003_board'),
    ]

    operations = [
        migrations.RunSQL(
            'UPDATE feeds_quarantine q SET source_id = d.source_id FROM feeds_delivery d '
            'WHERE d.id = q.delivery_id AND q.source_id IS NULL',
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='quarantine',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feeds.source'),
        ),
        IndexConcurrently(
            model_name='quarantine',
            index=models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['source', 'code', '-id'], name='quarantine_of_source'),
        ),
        IndexConcurrently(
            model_name='quarantine',
            index=models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['code', '-id'], name='quarantine_code'),
        ),
        IndexConcurrently(
            model_name='delivery',
            index=models.Index(fields=['read_at'], name='delivery_read_at'),
        ),
        IndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('replay__isnull', False)), fields=['replay'], name='delivery_replayed'),
        ),
        IndexConcurrently(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'quarantined')), fields=['source'], name='delivery_quarantined'),
        ),
    ]
