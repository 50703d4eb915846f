import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feeds', '0002_ways_in_and_mappings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Replay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=40)),
                ('detail', models.CharField(blank=True, max_length=60)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('deliveries', models.PositiveIntegerField(default=0)),
                ('events_before', models.PositiveBigIntegerField(default=0)),
                ('parts_before', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='SourceDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('deliveries', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('facts', models.PositiveBigIntegerField(default=0)),
                ('events', models.PositiveBigIntegerField(default=0)),
                ('unmatched', models.PositiveBigIntegerField(default=0)),
                ('quarantined', models.PositiveBigIntegerField(default=0)),
                ('bytes', models.PositiveBigIntegerField(default=0)),
                ('counted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SourceShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30)),
                ('part', models.PositiveBigIntegerField()),
                ('whole', models.PositiveBigIntegerField()),
                ('counted_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='delivery',
            name='note',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='quarantine',
            name='ignored_because',
            field=models.CharField(blank=True, default='', max_length=200),
        ),
        migrations.AddField(
            model_name='quarantine',
            name='resolved_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='quarantine',
            name='source',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feeds.source'),
        ),
        migrations.AddField(
            model_name='source',
            name='pause_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='source',
            name='paused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='silent_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('paused_at__isnull', True), models.Q(('pause_reason', ''), _negated=True), _connector='OR'), name='source_pause_has_reason'),
        ),
        migrations.AddField(
            model_name='replay',
            name='by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='replay',
            name='source',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to='feeds.source'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='replay',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='feeds.replay'),
        ),
        migrations.AddField(
            model_name='sourceday',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='feeds.source'),
        ),
        migrations.AddField(
            model_name='sourceshare',
            name='source',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='feeds.source'),
        ),
        migrations.AddIndex(
            model_name='replay',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['id'], name='replay_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='sourceday',
            constraint=models.UniqueConstraint(fields=('source', 'day'), name='source_day_once'),
        ),
        migrations.AddConstraint(
            model_name='sourceshare',
            constraint=models.UniqueConstraint(fields=('source', 'name'), name='source_share_once'),
        ),
        migrations.AddConstraint(
            model_name='sourceshare',
            constraint=models.CheckConstraint(condition=models.Q(('part__lte', models.F('whole'))), name='source_share_within_whole'),
        ),
    ]
