import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notify', '0001_initial'), ('notify', '0002_letters'), ('notify', '0003_subscribers'), ('notify', '0004_push'), ('notify', '0005_rules'), ('notify', '0006_providers')]

    initial = True

    dependencies = [
        ('liaison', '0001_squashed_0006_directory_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('address', models.CharField(max_length=254, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('words', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('address', django.db.models.functions.text.Lower('address'))), name='bounce_address_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='ChannelState',
            fields=[
                ('channel', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('rests_until', models.DateTimeField(blank=True, null=True)),
                ('is_stopped', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ('email', 'push', 'whatsapp', 'sms', 'inbox'))), name='channel_state_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='ChannelTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=8)),
                ('starts_at', models.DateTimeField()),
                ('sent', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('cost', models.DecimalField(decimal_places=4, default=0, max_digits=12)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'starts_at'), name='channel_tally_once'), models.CheckConstraint(condition=models.Q(('channel__in', ('email', 'push', 'whatsapp', 'sms', 'inbox'))), name='channel_tally_channel_known'), models.CheckConstraint(condition=models.Q(('cost__gte', 0)), name='channel_tally_cost_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Correspondent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=8)),
                ('address', models.CharField(max_length=140)),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('language', models.CharField(blank=True, max_length=2)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_by', models.CharField(blank=True, choices=[('user', 'User'), ('provider', 'Provider')], max_length=8)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'address'), name='correspondent_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['sms', 'whatsapp'])), name='correspondent_channel_known'), models.CheckConstraint(condition=models.Q(('language__in', ['', 'en', 'fr', 'rw', 'sw'])), name='correspondent_language_known'), models.CheckConstraint(condition=models.Q(models.Q(('stopped_at__isnull', True), ('stopped_by', '')), models.Q(('stopped_at__isnull', False), ('stopped_by__in', ['user', 'provider'])), _connector='OR'), name='correspondent_stopped_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Phone',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='messaging', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('number', models.CharField(max_length=20)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('asked_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('verified_at__isnull', False)), fields=('number',), name='phone_is_one_persons'), models.CheckConstraint(condition=models.Q(('number__regex', '^\\+[0-9]{7,15}$')), name='phone_e164'), models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), ('code', ''), _connector='OR'), name='phone_code_is_used_once')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='preference', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('quiet_from', models.TimeField(blank=True, null=True)),
                ('quiet_until', models.TimeField(blank=True, null=True)),
                ('holds_email', models.BooleanField(default=False)),
                ('digest', models.CharField(choices=[('none', 'Each piece of news at once'), ('daily', 'All together once a day'), ('weekly', 'All together once a week')], default='none', max_length=6)),
                ('digest_hour', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(23)])),
                ('digest_weekday', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(6)])),
                ('threshold_h', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)])),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='preference_quiet_has_both_ends'), models.CheckConstraint(condition=models.Q(('quiet_from__isnull', True), models.Q(('quiet_from', models.F('quiet_until')), _negated=True), _connector='OR'), name='preference_quiet_ends'), models.CheckConstraint(condition=models.Q(('digest__in', ['none', 'daily', 'weekly'])), name='preference_digest_known'), models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23), ('digest_weekday__lte', 6)), name='preference_digest_time'), models.CheckConstraint(condition=models.Q(('threshold_h__gte', 1), ('threshold_h__lte', 240)), name='preference_threshold_in_reach')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=8)),
                ('provider_id', models.CharField(max_length=160)),
                ('outgoing', models.CharField(blank=True, max_length=30)),
                ('state', models.CharField(choices=[('on_way', 'on its way'), ('delivered', 'on the telephone'), ('read', 'read'), ('failed', 'failed')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=100)),
                ('reported_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['reported_at'], name='report_reported')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'provider_id'), name='report_once'), models.CheckConstraint(condition=models.Q(('provider_id', ''), _negated=True), name='report_names_a_message'), models.CheckConstraint(condition=models.Q(('state__in', ['on_way', 'delivered', 'read', 'failed'])), name='report_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('what', models.CharField(max_length=40)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'what'), name='tally_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=512)),
                ('language', models.CharField(max_length=15)),
                ('status', models.CharField(blank=True, max_length=40)),
                ('category', models.CharField(blank=True, max_length=40)),
                ('quality', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'language'), name='template_once')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('due', 'Due'), ('sent', 'Sent'), ('refused', 'Refused'), ('dropped', 'Dropped')], default='due', max_length=8)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('provider_id', models.CharField(blank=True, db_default='', max_length=120)),
                ('cost', models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
                ('currency', models.CharField(blank=True, db_default='', max_length=3)),
                ('channel', models.CharField(choices=[('email', 'Email'), ('sms', 'Sms'), ('push', 'Push'), ('whatsapp', 'Whatsapp')], db_default='email', default='email', max_length=8)),
                ('address', models.CharField(max_length=1000)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('is_news', models.BooleanField(db_default=False, default=False)),
                ('is_answer', models.BooleanField(db_default=False, default=False)),
                ('reader', models.CharField(blank=True, db_default='', max_length=60)),
                ('unsubscribe', models.URLField(blank=True, db_default='', max_length=300)),
                ('entry', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='liaison.journalentry')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'due')), fields=['channel', 'is_news', 'due_at'], name='letter_due'), models.Index(condition=models.Q(('is_news', True)), fields=['reader'], name='letter_reader'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='letter_provider_id')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_news', True)), fields=('entry', 'reader'), name='letter_news_once'), models.CheckConstraint(condition=models.Q(('is_news', False), models.Q(('entry__isnull', False), models.Q(('reader', ''), _negated=True)), _connector='OR'), name='letter_news_has_reader'), models.CheckConstraint(condition=models.Q(('channel__in', ['email', 'sms', 'push', 'whatsapp'])), name='letter_channel_known'), models.CheckConstraint(condition=models.Q(('state__in', ('due', 'sent', 'refused', 'dropped'))), name='letter_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='letter_sent_has_time'), models.CheckConstraint(condition=models.Q(('state', 'due'), ('body', ''), _connector='OR'), name='letter_forgotten_when_settled')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('due', 'Due'), ('sent', 'Sent'), ('refused', 'Refused'), ('dropped', 'Dropped')], default='due', max_length=8)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('provider_id', models.CharField(blank=True, db_default='', max_length=120)),
                ('cost', models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
                ('currency', models.CharField(blank=True, db_default='', max_length=3)),
                ('channel', models.CharField(choices=[('email', 'Email'), ('push', 'Push'), ('whatsapp', 'Whatsapp'), ('sms', 'Sms'), ('inbox', 'Inbox')], max_length=10)),
                ('topic', models.CharField(blank=True, db_default='', max_length=10)),
                ('is_urgent', models.BooleanField(db_default=False, default=False)),
                ('is_bundled', models.BooleanField(db_default=False, default=False)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('entry', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='liaison.journalentry')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'due')), fields=['channel', 'due_at'], name='notice_due'), models.Index(condition=models.Q(('state', 'refused')), fields=['-id'], name='notice_refused'), models.Index(condition=models.Q(('channel', 'inbox'), _negated=True), fields=['person', '-written_at'], name='notice_lately'), models.Index(condition=models.Q(('channel', 'inbox')), fields=['person', '-id'], name='notice_inbox'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='notice_provider_id')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'person', 'channel'), name='notice_once'), models.CheckConstraint(condition=models.Q(('state__in', ('due', 'sent', 'refused', 'dropped'))), name='notice_state_known'), models.CheckConstraint(condition=models.Q(('channel__in', ('email', 'push', 'whatsapp', 'sms', 'inbox'))), name='notice_channel_known'), models.CheckConstraint(condition=models.Q(('topic__in', ['', 'movement', 'arrival', 'money', 'hold', 'ticket', 'corridor', 'account'])), name='notice_topic_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='notice_sent_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Stance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=80)),
                ('is_muted', models.BooleanField()),
                ('since', models.DateTimeField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stances', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'key'], name='stance_subject')],
                'constraints': [models.UniqueConstraint(fields=('person', 'subject', 'key'), name='stance_once')],
            },
        ),
        migrations.CreateModel(
            name='Wish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=10)),
                ('channel', models.CharField(max_length=8)),
                ('is_wanted', models.BooleanField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'topic', 'channel'), name='wish_once'), models.CheckConstraint(condition=models.Q(('topic__in', ('movement', 'arrival', 'money', 'hold', 'ticket', 'corridor', 'account'))), name='wish_topic_known'), models.CheckConstraint(condition=models.Q(('channel__in', ('email', 'push', 'whatsapp', 'sms'))), name='wish_channel_known')],
            },
        ),
    ]
