import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


# The running numbers of references; gaps do no harm.
SEQUENCES = (
    "CREATE SEQUENCE tickets_ticket_ref; CREATE SEQUENCE tickets_incident_ref",
    "DROP SEQUENCE tickets_ticket_ref; DROP SEQUENCE tickets_incident_ref",
)
# The logs are only ever added to, as the journal is.
PROTECT = """
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON tickets_entry
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();
CREATE TRIGGER incident_entry_append_only BEFORE UPDATE OR DELETE ON tickets_incidententry
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();
"""
RELEASE = """
DROP TRIGGER entry_append_only ON tickets_entry;
DROP TRIGGER incident_entry_append_only ON tickets_incidententry;
"""


class Migration(migrations.Migration):

    replaces = [('tickets', '0001_initial'), ('tickets', '0002_mails'), ('tickets', '0003_message_agency'), ('tickets', '0004_trouble'), ('tickets', '0005_talks')]

    initial = True

    dependencies = [
        ('cargo', '0001_squashed_0012_forecast_causes'),
        ('corridor', '0001_squashed_0007_push'),
        ('liaison', '0001_squashed_0006_directory_search'),
        ('notify', '0001_squashed_0006_providers'),
    ]

    operations = [
        migrations.RunSQL(*SEQUENCES),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('lead', models.CharField(max_length=80)),
                ('support', models.CharField(blank=True, max_length=80)),
                ('first_reply', models.DurationField()),
                ('target', models.DurationField(blank=True, null=True)),
                ('calendar', models.CharField(choices=[('office', 'Office'), ('always', 'Always')], max_length=8)),
                ('ladder', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None)),
                ('questions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, size=None)),
                ('source', models.CharField(max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('code__in', ['PORT_DELAY', 'DOC_MANIFEST', 'CUSTOMS_KE', 'CUSTOMS_RW', 'SYSTEM_DOWN', 'ESEAL', 'DO_LINE', 'DEPOSIT', 'STORAGE_DISPUTE', 'EMPTY_RETURN', 'WEIGHBRIDGE', 'BORDER_QUEUE', 'POLICE_FINE', 'COUNTY_FEE', 'ROAD_CHARGE', 'SECURITY', 'RAIL_ICD', 'FUEL', 'WAREHOUSE_RW', 'DAMAGE_LOSS', 'FRAUD', 'INFO', 'NTB'])), name='category_code_known'), models.CheckConstraint(condition=models.Q(('calendar__in', ['office', 'always'])), name='category_calendar_known'), models.CheckConstraint(condition=models.Q(('target__isnull', True), ('target__gte', models.F('first_reply')), _connector='OR'), name='category_replies_before_it_cures'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='category_has_source')],
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=140, verbose_name='title')),
                ('vessel', models.CharField(blank=True, max_length=80, verbose_name='ship')),
                ('voyage', models.CharField(blank=True, max_length=30, verbose_name='voyage')),
                ('system', models.CharField(blank=True, max_length=40, verbose_name='system')),
                ('state', models.CharField(choices=[('open', 'Goes on'), ('over', 'Over')], default='open', max_length=5)),
                ('version', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category')),
                ('node', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corridor.node')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'over'])), name='incident_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'over')), models.Q(('closed_at__isnull', True), ('state', 'open')), _connector='OR'), name='incident_over_since'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='incident_has_title'), models.CheckConstraint(condition=models.Q(('voyage', ''), models.Q(('vessel', ''), _negated=True), _connector='OR'), name='incident_voyage_of_a_ship')],
            },
        ),
        migrations.CreateModel(
            name='IncidentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('linked', 'Linked'), ('split', 'Split'), ('told', 'Told'), ('closed', 'Closed'), ('undone', 'Undone')], max_length=8)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('data', models.JSONField(default=dict)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('incident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='tickets.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('incident', 'number'), name='incident_entry_number_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'linked', 'split', 'told', 'closed', 'undone'])), name='incident_entry_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=140, verbose_name='title')),
                ('body', models.TextField(blank=True, max_length=8000, verbose_name='what has happened')),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('channel', models.CharField(choices=[('web', 'Web'), ('api', 'Programming interface'), ('phone', 'Telephone'), ('email', 'E-mail'), ('sms', 'SMS'), ('whatsapp', 'WhatsApp'), ('portal', 'The portal itself')], max_length=10)),
                ('caller', models.CharField(blank=True, max_length=120, verbose_name='caller')),
                ('caller_phone', models.CharField(blank=True, max_length=20, verbose_name="caller's telephone")),
                ('state', models.CharField(choices=[('new', 'New'), ('open', 'In work'), ('paused', 'Paused'), ('resolved', 'Resolved'), ('closed', 'Closed'), ('merged', 'Merged into another')], default='new', max_length=10)),
                ('priority', models.CharField(choices=[('low', 'Low'), ('normal', 'Normal'), ('high', 'High'), ('urgent', 'Urgent')], default='normal', max_length=8)),
                ('waiting_on', models.CharField(blank=True, choices=[('office', 'the liaison office'), ('importer', 'the importer'), ('agency', 'the agency'), ('outside', 'somebody outside')], default='office', max_length=10)),
                ('waiting_since', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
                ('cause', models.CharField(blank=True, choices=[('port', "The port's work or equipment"), ('customs', 'Customs'), ('system', 'A system was down'), ('line', 'The shipping line'), ('transport', 'The transporter or the road'), ('border', 'The border'), ('papers', 'Papers of the importer or the agent'), ('payment', 'Payment or charges'), ('crime', 'Theft, fraud, bribe'), ('answered', 'A question, answered'), ('moved', 'The cargo moved on'), ('other', 'Something else')], max_length=10)),
                ('rating', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('next_breach_at', models.DateTimeField(blank=True, null=True)),
                ('next_step_at', models.DateTimeField(blank=True, null=True)),
                ('reckoned_version', models.PositiveIntegerField(db_default=0, default=0)),
                ('usd_at_risk', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ('risk_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('stands', models.CharField(blank=True, max_length=20)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets_handed', to='liaison.organization')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='tickets.category')),
                ('incident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='tickets.incident')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='tickets.ticket')),
                ('opener', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='liaison.organization')),
                ('stalled', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stall_tickets', to='cargo.consignment')),
            ],
            options={
                'indexes': [models.Index(fields=['-changed_at', '-id'], name='ticket_changed'), models.Index(fields=['organization', '-changed_at'], name='ticket_of_organization'), models.Index(fields=['agency', '-changed_at'], name='ticket_of_agency'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'paused'])), fields=['next_breach_at'], name='ticket_breach'), models.Index(condition=models.Q(('state__in', ['new', 'open', 'paused'])), fields=['next_step_at'], name='ticket_step'), models.Index(condition=models.Q(('caller', ''), _negated=True), fields=['caller'], name='ticket_caller'), models.Index(condition=models.Q(('reckoned_version', models.F('version')), _negated=True), fields=['id'], name='ticket_not_reckoned'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('title', 'body', config='simple'), name='ticket_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['new', 'open', 'paused', 'resolved', 'closed', 'merged'])), name='ticket_state_known'), models.CheckConstraint(condition=models.Q(('priority__in', ['low', 'normal', 'high', 'urgent'])), name='ticket_priority_known'), models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'api', 'phone', 'email', 'sms', 'whatsapp', 'portal'])), name='ticket_channel_known'), models.CheckConstraint(condition=models.Q(('waiting_on__in', ['office', 'importer', 'agency', 'outside']), models.Q(('state__in', ['resolved', 'closed', 'merged']), ('waiting_on', '')), _connector='OR'), name='ticket_somebody_holds_it'), models.CheckConstraint(condition=models.Q(models.Q(('waiting_on', 'agency'), _negated=True), ('agency__isnull', False), _connector='OR'), name='ticket_waits_for_a_known_agency'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), ('agency__isnull', False), _connector='OR'), name='ticket_accepted_by_an_agency'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['resolved', 'closed']), _negated=True), models.Q(('resolved_at__isnull', False), models.Q(('cause', ''), _negated=True)), _connector='OR'), name='ticket_resolved_says_when_and_why'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('state', 'merged')), models.Q(('merged_into__isnull', True), models.Q(('state', 'merged'), _negated=True)), _connector='OR'), name='ticket_merged_says_into_what'), models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='ticket_never_merged_into_itself'), models.CheckConstraint(condition=models.Q(('rating__isnull', True), ('rating__range', (1, 5)), _connector='OR'), name='ticket_rating_of_five'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='ticket_has_title'), models.CheckConstraint(condition=models.Q(('usd_at_risk__isnull', True), ('risk_at__isnull', False), _connector='OR'), name='ticket_estimate_is_dated'), models.CheckConstraint(condition=models.Q(('state__in', ['new', 'open', 'paused']), ('next_breach_at__isnull', True), _connector='OR'), name='ticket_over_breaks_no_promise'), models.CheckConstraint(condition=models.Q(('stalled__isnull', True), models.Q(('stands', ''), _negated=True), _connector='OR'), name='ticket_stalled_at_a_milestone'), models.UniqueConstraint(condition=models.Q(('stalled__isnull', False), ('state__in', ['new', 'open', 'paused'])), fields=('stalled',), name='ticket_one_open_a_stall')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('note', 'Note for the office'), ('reply', 'Reply'), ('agency', 'To the agency')], max_length=6)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('channel', models.CharField(default='web', max_length=10)),
                ('text', models.TextField(max_length=20000)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='liaison.organization')),
                ('author', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['ticket', 'id'], name='message_of_ticket'), models.Index(condition=models.Q(('author__isnull', False)), fields=['author', 'id'], name='message_by'), models.Index(condition=models.Q(('address', ''), _negated=True), fields=['address', 'ticket'], name='message_of_address'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('text', config='simple'), name='message_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['note', 'reply', 'agency'])), name='message_kind_known'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='message_has_text'), models.CheckConstraint(condition=models.Q(('author__isnull', True), ('address', ''), _connector='OR'), name='message_one_author'), models.CheckConstraint(condition=models.Q(('channel__in', ['web', 'api', 'phone', 'email', 'sms', 'whatsapp', 'portal'])), name='message_channel_known'), models.CheckConstraint(condition=models.Q(('agency__isnull', True), ('kind', 'agency'), _connector='OR'), name='message_agency_of_its_own')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.message')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'sha256'), name='attachment_once'), models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'image/png', 'image/jpeg'])), name='attachment_type_allowed'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Talk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('whatsapp', 'WhatsApp'), ('ussd', 'USSD')], max_length=8)),
                ('provider_id', models.CharField(max_length=160)),
                ('address', models.CharField(max_length=140)),
                ('text', models.TextField(blank=True)),
                ('raw', models.JSONField(default=dict)),
                ('received_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('stored', 'Stored'), ('answered', 'Answered'), ('left', 'Left')], default='stored', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('kind', models.CharField(blank=True, max_length=10)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('language', models.CharField(blank=True, max_length=2)),
                ('answer', models.CharField(blank=True, max_length=200)),
                ('letter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notify.letter')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.message')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'stored')), fields=['id'], name='talk_waiting'), models.Index(fields=['address', '-received_at'], name='talk_of_address'), models.Index(fields=['received_at'], name='talk_received')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'provider_id'), name='talk_once'), models.CheckConstraint(condition=models.Q(('channel__in', ['sms', 'whatsapp', 'ussd'])), name='talk_channel_known'), models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'answered', 'left'])), name='talk_state_known'), models.CheckConstraint(condition=models.Q(('state', 'stored'), ('answered_at__isnull', False), _connector='OR'), name='talk_answered_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'left'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='talk_left_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('typed_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='tickets.ticket')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'person'), name='presence_once')],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contract', models.CharField(max_length=8)),
                ('kind', models.CharField(max_length=12)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('worked', models.DurationField()),
                ('span', models.DurationField()),
                ('is_met', models.BooleanField()),
                ('is_late', models.BooleanField()),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='liaison.organization')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['contract', 'kind', 'ended_at'], name='outcome_period')],
                'constraints': [models.CheckConstraint(condition=models.Q(('contract__in', ['ours', 'agency', 'outside'])), name='outcome_contract_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['first_reply', 'next_reply', 'resolve'])), name='outcome_kind_known'), models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('started_at'))), name='outcome_ends_after_its_start')],
            },
        ),
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('raw', models.BinaryField()),
                ('received_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('stored', 'Stored'), ('taken', 'Taken'), ('left', 'Left')], default='stored', max_length=6)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('kind', models.CharField(blank=True, max_length=10)),
                ('reason', models.CharField(blank=True, max_length=30)),
                ('sender', models.CharField(blank=True, max_length=254)),
                ('subject', models.CharField(blank=True, max_length=500)),
                ('header_id', models.CharField(blank=True, max_length=252)),
                ('text', models.TextField(blank=True)),
                ('checked', models.JSONField(blank=True, default=dict)),
                ('declined', models.JSONField(blank=True, default=list)),
                ('message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mail', to='tickets.message')),
                ('ticket', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'stored')), fields=['id'], name='mail_waiting'), models.Index(condition=models.Q(('header_id', ''), _negated=True), fields=['header_id'], name='mail_header_id'), models.Index(fields=['sender', 'received_at'], name='mail_of_sender')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['stored', 'taken', 'left'])), name='mail_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), ('ticket__isnull', False), _connector='OR'), name='mail_taken_into_a_ticket'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'left'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='mail_left_for_a_reason'), models.CheckConstraint(condition=models.Q(('state', 'stored'), ('read_at__isnull', False), _connector='OR'), name='mail_read_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contract', models.CharField(max_length=8)),
                ('agency', models.CharField(blank=True, max_length=160)),
                ('kind', models.CharField(max_length=12)),
                ('started_at', models.DateTimeField()),
                ('percent', models.PositiveSmallIntegerField()),
                ('rung', models.CharField(max_length=300)),
                ('reached_at', models.DateTimeField()),
                ('told', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='escalations', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='escalation_latest')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'contract', 'agency', 'kind', 'started_at', 'percent'), name='escalation_step_once'), models.CheckConstraint(condition=models.Q(('percent__in', [75, 90, 100])), name='escalation_step_known'), models.CheckConstraint(condition=models.Q(('contract__in', ['ours', 'agency', 'outside'])), name='escalation_contract_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['first_reply', 'next_reply', 'resolve'])), name='escalation_kind_known'), models.CheckConstraint(condition=models.Q(('reached_at__gt', models.F('started_at'))), name='escalation_never_at_the_start')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('opened', 'Opened'), ('attached', 'Attached'), ('assigned', 'Assigned'), ('replied', 'Replied'), ('said', 'Said'), ('noted', 'Noted'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('handed_over', 'Handed Over'), ('accepted', 'Accepted'), ('given_back', 'Given Back'), ('resolved', 'Resolved'), ('confirmed', 'Confirmed'), ('rated', 'Rated'), ('reopened', 'Reopened'), ('merged', 'Merged'), ('absorbed', 'Absorbed'), ('priority', 'Priority'), ('category', 'Category'), ('tagged', 'Tagged'), ('snoozed', 'Snoozed'), ('closed', 'Closed'), ('linked', 'Linked'), ('unlinked', 'Unlinked')], max_length=12)),
                ('party', models.CharField(choices=[('office', 'Office'), ('importer', 'Importer'), ('agency', 'Agency'), ('outside', 'Outside'), ('portal', 'Portal')], max_length=8)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('data', models.JSONField(default=dict)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('by__isnull', False)), fields=['by', 'id'], name='entry_by')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'number'), name='entry_number_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'attached', 'assigned', 'replied', 'said', 'noted', 'paused', 'resumed', 'handed_over', 'accepted', 'given_back', 'resolved', 'confirmed', 'rated', 'reopened', 'merged', 'absorbed', 'priority', 'category', 'tagged', 'snoozed', 'closed', 'linked', 'unlinked'])), name='entry_kind_known'), models.CheckConstraint(condition=models.Q(('party__in', ['office', 'importer', 'agency', 'outside', 'portal'])), name='entry_party_known'), models.CheckConstraint(condition=models.Q(('by__isnull', False), models.Q(('party', 'office'), _negated=True), _connector='OR'), name='entry_of_the_office_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='AnswerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254)),
                ('seed', models.UUIDField(unique=True)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('opened', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('answered', models.PositiveIntegerField(default=0)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='liaison.organization')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answer_links', to='tickets.ticket')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='answer_link_expires'), models.CheckConstraint(condition=models.Q(models.Q(('opened', 0), ('opened_at__isnull', True)), models.Q(('opened__gt', 0), ('opened_at__isnull', False)), _connector='OR'), name='answer_link_opened_when'), models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='answer_link_of_an_address')],
            },
        ),
        migrations.CreateModel(
            name='TicketConsignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('consignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ticketed', to='cargo.consignment')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='concerned', to='tickets.ticket')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'consignment'), name='ticket_consignment_once')],
            },
        ),
        migrations.CreateModel(
            name='TicketLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.BigIntegerField(unique=True)),
                ('address', models.EmailField(max_length=254)),
                ('at', models.DateTimeField()),
                ('agency', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='liaison.organization')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['address', 'at'], name='ticket_letter_to')],
                'constraints': [models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='ticket_letter_to_an_address')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='watches', to='tickets.ticket')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ticket', 'person'), name='watch_once')],
            },
        ),
        migrations.CreateModel(
            name='AgencyComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='liaison.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-id'], name='agency_comment_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='agency_comment_says_something')],
            },
        ),
        migrations.CreateModel(
            name='DayOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(choices=[('RW', 'Rwanda'), ('KE', 'Kenya'), ('UG', 'Uganda')], max_length=2, verbose_name='country')),
                ('on', models.DateField(verbose_name='day')),
                ('is_closed', models.BooleanField(default=True, verbose_name='closed')),
                ('reason', models.CharField(max_length=120, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('country', 'on'), name='day_off_once'), models.CheckConstraint(condition=models.Q(('country__in', ['RW', 'KE', 'UG'])), name='day_off_country_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='day_off_has_reason')],
            },
        ),
        migrations.RunSQL(PROTECT, RELEASE),
    ]
