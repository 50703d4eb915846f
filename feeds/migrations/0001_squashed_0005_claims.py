import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('feeds', '0001_initial'), ('feeds', '0002_ways_in_and_mappings'), ('feeds', '0003_board'), ('feeds', '0004_board_indexes'), ('feeds', '0005_claims')]

    initial = True

    dependencies = [
        ('liaison', '0001_squashed_0006_directory_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('format', models.CharField(choices=[('dcsa', 'dcsa'), ('codeco', 'codeco'), ('coarri', 'coarri'), ('iftsta', 'iftsta'), ('coprar', 'coprar'), ('gps', 'gps'), ('eseal', 'eseal'), ('ais', 'ais'), ('schedule', 'schedule'), ('status', 'status'), ('csv_events', 'csv_events')], max_length=20, verbose_name='format')),
                ('fetch', models.CharField(blank=True, choices=[('', 'Pushed or uploaded'), ('http', 'Fetched over HTTP'), ('folder', 'Taken from a folder'), ('sftp', 'Taken over SFTP or FTP'), ('mailbox', 'Taken from a mailbox')], default='', max_length=10)),
                ('url', models.CharField(blank=True, max_length=500)),
                ('every_s', models.PositiveIntegerField(default=60)),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('token_digest', models.CharField(blank=True, max_length=64)),
                ('sealed', models.TextField(blank=True)),
                ('promise_s', models.PositiveIntegerField(blank=True, null=True)),
                ('rank', models.PositiveSmallIntegerField(default=100)),
                ('is_active', models.BooleanField(default=True)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('pause_reason', models.CharField(blank=True, max_length=200)),
                ('silent_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('is_claimed', models.BooleanField(db_default=False, default=False)),
                ('etag', models.CharField(blank=True, max_length=200)),
                ('last_modified', models.CharField(blank=True, max_length=60)),
                ('cursor', models.CharField(blank=True, max_length=1000)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('opened_until', models.DateTimeField(blank=True, null=True)),
                ('last_tried_at', models.DateTimeField(blank=True, null=True)),
                ('last_success_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_active', True), models.Q(('fetch', ''), _negated=True)), fields=['due_at'], name='source_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('every_s__gt', 0)), name='source_every_positive', violation_error_message='The time between two pulls is at least one second.'), models.CheckConstraint(condition=models.Q(('fetch', ''), models.Q(('url', ''), _negated=True), _connector='OR'), name='source_fetch_has_url', violation_error_message='A source that is fetched needs the address to fetch from.'), models.CheckConstraint(condition=models.Q(('fetch__in', ['', 'http', 'folder', 'sftp', 'mailbox'])), name='source_fetch_known'), models.CheckConstraint(condition=models.Q(('format__in', ['dcsa', 'codeco', 'coarri', 'iftsta', 'coprar', 'gps', 'eseal', 'ais', 'schedule', 'status', 'csv_events'])), name='source_format_known'), models.CheckConstraint(condition=models.Q(('paused_at__isnull', True), models.Q(('pause_reason', ''), _negated=True), _connector='OR'), name='source_pause_has_reason')],
            },
        ),
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
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to='feeds.source')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['id'], name='replay_unfinished')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_at', models.DateTimeField()),
                ('file_name', models.CharField(blank=True, max_length=255)),
                ('content_type', models.CharField(blank=True, max_length=120)),
                ('raw', models.BinaryField()),
                ('size', models.PositiveIntegerField()),
                ('content_key', models.CharField(max_length=64)),
                ('is_history', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('state', models.CharField(choices=[('stored', 'Stored'), ('read', 'Read'), ('quarantined', 'Quarantined')], default='stored', max_length=12)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('retry_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('facts', models.PositiveIntegerField(default=0)),
                ('events', models.PositiveIntegerField(default=0)),
                ('unmatched', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=60)),
                ('flags', models.JSONField(blank=True, default=list)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replay', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to='feeds.replay')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='feeds.source')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'stored')), fields=['retry_at'], name='delivery_waiting'), models.Index(fields=['source', '-received_at', '-id'], name='delivery_of_source'), models.Index(fields=['read_at'], name='delivery_read_at'), models.Index(condition=models.Q(('replay__isnull', False)), fields=['replay'], name='delivery_replayed'), models.Index(condition=models.Q(('state', 'quarantined')), fields=['source'], name='delivery_quarantined')],
                'constraints': [models.UniqueConstraint(fields=('source', 'content_key'), name='delivery_once'), models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'read', 'quarantined'])), name='delivery_state_known'), models.CheckConstraint(condition=models.Q(('state', 'stored'), ('read_at__isnull', False), _connector='OR'), name='delivery_read_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(default=0)),
                ('code', models.CharField(max_length=40)),
                ('excerpt', models.TextField(blank=True)),
                ('detail', models.TextField(blank=True)),
                ('since', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('ignored_because', models.CharField(blank=True, default='', max_length=200)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='quarantines', to='feeds.delivery')),
                ('resolved_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feeds.source')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['-id'], name='quarantine_open'), models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['code', '-id'], name='quarantine_code'), models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['source', 'code', '-id'], name='quarantine_of_source')],
                'constraints': [models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='quarantine_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='CodeMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('changed_at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mappings', to='feeds.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'code'), name='code_mapping_once'), models.CheckConstraint(condition=models.Q(('code', ''), _negated=True), name='code_mapping_has_code')],
            },
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
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='feeds.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'day'), name='source_day_once')],
            },
        ),
        migrations.CreateModel(
            name='SourceShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30)),
                ('part', models.PositiveBigIntegerField()),
                ('whole', models.PositiveBigIntegerField()),
                ('counted_at', models.DateTimeField()),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='feeds.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'name'), name='source_share_once'), models.CheckConstraint(condition=models.Q(('part__lte', models.F('whole'))), name='source_share_within_whole')],
            },
        ),
    ]
