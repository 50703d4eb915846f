import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

SEQUENCE = "CREATE SEQUENCE tickets_incident_ref", "DROP SEQUENCE tickets_incident_ref"
# An incident's log is only ever added to, as a ticket's is.
PROTECT = """
CREATE TRIGGER incident_entry_append_only BEFORE UPDATE OR DELETE ON tickets_incidententry
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();
"""
RELEASE = "DROP TRIGGER incident_entry_append_only ON tickets_incidententry"

# Those that are open already are looked at once; what was reached long ago is noted and told to nobody.
STEPS = "UPDATE tickets_ticket SET next_step_at = now() WHERE state IN ('new', 'open', 'paused')"


class Migration(migrations.Migration):

    dependencies = [
        ('cargo', '0010_worklists'),
        ('corridor', '0007_push'),
        ('liaison', '0006_directory_search'),
        ('tickets', '0003_message_agency'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(*SEQUENCE),
        migrations.CreateModel(
            name='AgencyComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
            ],
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
            ],
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
            ],
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
            ],
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
            ],
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
            ],
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField()),
                ('typed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='TicketLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.BigIntegerField(unique=True)),
                ('address', models.EmailField(max_length=254)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='entry',
            name='entry_kind_known',
        ),
        migrations.AddField(
            model_name='ticket',
            name='next_step_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='reckoned_version',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AlterField(
            model_name='entry',
            name='kind',
            field=models.CharField(choices=[('opened', 'Opened'), ('attached', 'Attached'), ('assigned', 'Assigned'), ('replied', 'Replied'), ('said', 'Said'), ('noted', 'Noted'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('handed_over', 'Handed Over'), ('accepted', 'Accepted'), ('given_back', 'Given Back'), ('resolved', 'Resolved'), ('confirmed', 'Confirmed'), ('rated', 'Rated'), ('reopened', 'Reopened'), ('merged', 'Merged'), ('absorbed', 'Absorbed'), ('priority', 'Priority'), ('category', 'Category'), ('tagged', 'Tagged'), ('snoozed', 'Snoozed'), ('closed', 'Closed'), ('linked', 'Linked'), ('unlinked', 'Unlinked')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('address', ''), _negated=True), fields=['address', 'ticket'], name='message_of_address'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'attached', 'assigned', 'replied', 'said', 'noted', 'paused', 'resumed', 'handed_over', 'accepted', 'given_back', 'resolved', 'confirmed', 'rated', 'reopened', 'merged', 'absorbed', 'priority', 'category', 'tagged', 'snoozed', 'closed', 'linked', 'unlinked'])), name='entry_kind_known'),
        ),
        migrations.AddField(
            model_name='agencycomment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agencycomment',
            name='organization',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='liaison.organization'),
        ),
        migrations.AddField(
            model_name='answerlink',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='liaison.organization'),
        ),
        migrations.AddField(
            model_name='answerlink',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answerlink',
            name='revoked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answerlink',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answer_links', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='escalations', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='incident',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category'),
        ),
        migrations.AddField(
            model_name='incident',
            name='node',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corridor.node'),
        ),
        migrations.AddField(
            model_name='incident',
            name='opened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticket',
            name='incident',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='tickets.incident'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', ['new', 'open', 'paused'])), fields=['next_step_at'], name='ticket_step'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('caller', ''), _negated=True), fields=['caller'], name='ticket_caller'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('reckoned_version', models.F('version')), _negated=True), fields=['id'], name='ticket_not_reckoned'),
        ),
        migrations.AddField(
            model_name='incidententry',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidententry',
            name='incident',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='tickets.incident'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='agency',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='liaison.organization'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='presence',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='presence',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='presences', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticketletter',
            name='agency',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='liaison.organization'),
        ),
        migrations.AddField(
            model_name='ticketletter',
            name='ticket',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='tickets.ticket'),
        ),
        migrations.AddIndex(
            model_name='agencycomment',
            index=models.Index(fields=['organization', '-id'], name='agency_comment_latest'),
        ),
        migrations.AddConstraint(
            model_name='agencycomment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='agency_comment_says_something'),
        ),
        migrations.AddConstraint(
            model_name='answerlink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='answer_link_expires'),
        ),
        migrations.AddConstraint(
            model_name='answerlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened', 0), ('opened_at__isnull', True)), models.Q(('opened__gt', 0), ('opened_at__isnull', False)), _connector='OR'), name='answer_link_opened_when'),
        ),
        migrations.AddConstraint(
            model_name='answerlink',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='answer_link_of_an_address'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['-at', '-id'], name='escalation_latest'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(fields=('ticket', 'contract', 'agency', 'kind', 'started_at', 'percent'), name='escalation_step_once'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('percent__in', [75, 90, 100])), name='escalation_step_known'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('contract__in', ['ours', 'agency', 'outside'])), name='escalation_contract_known'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['first_reply', 'next_reply', 'resolve'])), name='escalation_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('reached_at__gt', models.F('started_at'))), name='escalation_never_at_the_start'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'over'])), name='incident_state_known'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'over')), models.Q(('closed_at__isnull', True), ('state', 'open')), _connector='OR'), name='incident_over_since'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='incident_has_title'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('voyage', ''), models.Q(('vessel', ''), _negated=True), _connector='OR'), name='incident_voyage_of_a_ship'),
        ),
        migrations.AddConstraint(
            model_name='incidententry',
            constraint=models.UniqueConstraint(fields=('incident', 'number'), name='incident_entry_number_once'),
        ),
        migrations.AddConstraint(
            model_name='incidententry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'linked', 'split', 'told', 'closed', 'undone'])), name='incident_entry_kind_known'),
        ),
        migrations.AddIndex(
            model_name='outcome',
            index=models.Index(fields=['contract', 'kind', 'ended_at'], name='outcome_period'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('contract__in', ['ours', 'agency', 'outside'])), name='outcome_contract_known'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['first_reply', 'next_reply', 'resolve'])), name='outcome_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('started_at'))), name='outcome_ends_after_its_start'),
        ),
        migrations.AddConstraint(
            model_name='presence',
            constraint=models.UniqueConstraint(fields=('ticket', 'person'), name='presence_once'),
        ),
        migrations.AddIndex(
            model_name='ticketletter',
            index=models.Index(fields=['address', 'at'], name='ticket_letter_to'),
        ),
        migrations.AddConstraint(
            model_name='ticketletter',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), _negated=True), name='ticket_letter_to_an_address'),
        ),
        migrations.RunSQL(PROTECT, RELEASE),
        migrations.RunSQL(STEPS, migrations.RunSQL.noop),
    ]
