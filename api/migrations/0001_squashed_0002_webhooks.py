import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('api', '0001_access_tokens'), ('api', '0002_webhooks')]

    initial = True

    dependencies = [
        ('liaison', '0001_squashed_0006_directory_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=500, verbose_name='address')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None)),
                ('secret', models.TextField()),
                ('old_secret', models.TextField(blank=True)),
                ('old_secret_until', models.DateTimeField(blank=True, null=True)),
                ('after', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('pause', models.CharField(blank=True, choices=[('owner', 'paused by you'), ('failing', 'paused, because it has not answered for days'), ('gone', 'ended by the receiver, which answered that it is gone')], max_length=8)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('rest_until', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-id'], name='webhook_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('url', ''), _negated=True), name='webhook_has_address'), models.CheckConstraint(condition=models.Q(('kinds', []), _negated=True), name='webhook_has_kinds'), models.CheckConstraint(condition=models.Q(('secret', ''), _negated=True), name='webhook_has_secret'), models.CheckConstraint(condition=models.Q(('pause__in', ['', 'owner', 'failing', 'gone']), models.Q(models.Q(('pause', ''), ('paused_at__isnull', True)), models.Q(models.Q(('pause', ''), _negated=True), models.Q(('paused_at', None), _negated=True)), _connector='OR')), name='webhook_pause_has_time')],
            },
        ),
        migrations.CreateModel(
            name='WebhookMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('about', models.CharField(max_length=60)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('due', 'waits'), ('sent', 'sent'), ('refused', 'given up')], default='due', max_length=8)),
                ('written_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.JSONField(blank=True, default=list)),
                ('entry', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='liaison.journalentry')),
                ('webhook', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='api.webhook')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'due')), fields=['webhook', 'id'], name='webhook_message_due'), models.Index(condition=models.Q(('state', 'due')), fields=['webhook', 'about', 'id'], name='webhook_message_line'), models.Index(fields=['webhook', '-id'], name='webhook_message_log'), models.Index(fields=['written_at'], name='webhook_message_age')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('entry__isnull', False)), fields=('webhook', 'entry'), name='webhook_message_once'), models.CheckConstraint(condition=models.Q(('state__in', ['due', 'sent', 'refused'])), name='webhook_message_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='webhook_message_sent_has_time'), models.CheckConstraint(condition=models.Q(('about', ''), _negated=True), name='webhook_message_is_about')],
            },
        ),
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='what it is for')),
                ('start', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'read consignments and their events'), ('write', 'register and correct consignments'), ('money', 'see charges'), ('tickets', 'read and write tickets')], max_length=10), size=None)),
                ('password_mark', models.CharField(blank=True, max_length=32)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='access_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', '-id'], name='access_token_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='access_token_lives'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'write', 'money', 'tickets']), models.Q(('scopes', []), _negated=True)), name='access_token_scopes_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='access_token_has_name')],
            },
        ),
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=128)),
                ('asked', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.JSONField()),
                ('kept_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['kept_at'], name='kept_answer_age')],
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='kept_answer_once'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='kept_answer_has_key')],
            },
        ),
    ]
