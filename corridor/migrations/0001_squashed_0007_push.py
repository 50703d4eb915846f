import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


POSITIONS = """
CREATE TABLE corridor_position (
    tracker_id bigint NOT NULL, fixed_at timestamptz NOT NULL, received_at timestamptz NOT NULL,
    delivery_id bigint NOT NULL, lat double precision NOT NULL, lon double precision NOT NULL,
    speed_kmh double precision, course double precision, node_id bigint,
    PRIMARY KEY (tracker_id, fixed_at),
    CONSTRAINT position_on_earth CHECK (lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)
) PARTITION BY RANGE (fixed_at);
CREATE TABLE corridor_position_other PARTITION OF corridor_position DEFAULT;
"""
# The distance of a leg stays one of those that are kept of it.
DISTANCES = """
ALTER TABLE corridor_leg ADD CONSTRAINT leg_km_is_a_distance
    FOREIGN KEY (id, km, source, confidence) REFERENCES corridor_distance (leg_id, km, source, confidence)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_DISTANCES = "ALTER TABLE corridor_leg DROP CONSTRAINT leg_km_is_a_distance"


class Migration(migrations.Migration):

    replaces = [('corridor', '0001_initial'), ('corridor', '0002_state'), ('corridor', '0003_standings'), ('corridor', '0004_network'), ('corridor', '0005_calls'), ('corridor', '0006_advisories'), ('corridor', '0007_push')]

    initial = True

    dependencies = [
        ('feeds', '0001_squashed_0005_claims'),
        ('liaison', '0001_squashed_0006_directory_search'),
    ]

    operations = [
        migrations.RunSQL(POSITIONS, "DROP TABLE corridor_position"),
        # The running number of a notice's reference; gaps do no harm.
        migrations.RunSQL("CREATE SEQUENCE corridor_advisory_ref", "DROP SEQUENCE corridor_advisory_ref"),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('pk', models.CompositePrimaryKey('tracker_id', 'fixed_at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('fixed_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('delivery_id', models.BigIntegerField()),
                ('lat', models.FloatField()),
                ('lon', models.FloatField()),
                ('speed_kmh', models.FloatField(null=True)),
                ('course', models.FloatField(null=True)),
                ('node_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'corridor_position',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='DayRecord',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('made_at', models.DateTimeField()),
                ('picture', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('label', models.CharField(blank=True, db_default='', default='', max_length=24, verbose_name='short name')),
                ('kind', models.CharField(choices=[('port', 'Port'), ('terminal', 'Terminal'), ('oil_jetty', 'Oil jetty'), ('cfs', 'Container freight station'), ('weighbridge', 'Weighbridge'), ('icd', 'Inland container depot'), ('fuel_depot', 'Fuel depot'), ('border', 'Border post'), ('city', 'City'), ('bonded_warehouse', 'Bonded warehouse'), ('dry_port', 'Dry port')], max_length=20)),
                ('country', models.CharField(max_length=2)),
                ('lat', models.DecimalField(decimal_places=5, max_digits=8, verbose_name='latitude')),
                ('lon', models.DecimalField(decimal_places=5, max_digits=8, verbose_name='longitude')),
                ('unlocode', models.CharField(blank=True, max_length=5)),
                ('facility_codes', models.JSONField(default=list)),
                ('operator', models.CharField(blank=True, max_length=60, verbose_name='run by')),
                ('time_zone', models.CharField(max_length=40)),
                ('coordinates', models.CharField(choices=[('published', 'Published'), ('approximate', 'Approximate'), ('surveyed', 'Measured on the spot')], max_length=20, verbose_name='coordinates')),
                ('note', models.TextField(blank=True, max_length=500, verbose_name='note')),
                ('opening_hours', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='opening hours')),
                ('hours_source', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='source of the opening hours')),
                ('phone', models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='e-mail address')),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='liaison.organization', verbose_name='agency in charge')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('lat__range', (-90, 90)), ('lon__range', (-180, 180))), name='node_on_earth'), models.CheckConstraint(condition=models.Q(('unlocode', ''), ('unlocode__regex', '^[A-Z]{2}[A-Z2-9]{3}$'), _connector='OR'), name='node_unlocode_form'), models.CheckConstraint(condition=models.Q(('kind__in', ['port', 'terminal', 'oil_jetty', 'cfs', 'weighbridge', 'icd', 'fuel_depot', 'border', 'city', 'bonded_warehouse', 'dry_port'])), name='node_kind_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='node_has_name'), models.CheckConstraint(condition=models.Q(('opening_hours', ''), ('opening_hours__regex', '^(24/7|(((Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?(,(Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?)* )?(([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(,([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00))*)|(Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?(,(Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?)* off)(; (((Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?(,(Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?)* )?(([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(,([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00))*)|(Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?(,(Mo|Tu|We|Th|Fr|Sa|Su)(-(Mo|Tu|We|Th|Fr|Sa|Su))?)* off))*)$'), _connector='OR'), name='node_hours_form'), models.CheckConstraint(condition=models.Q(('opening_hours', ''), models.Q(('hours_source', ''), _negated=True), _connector='OR'), name='node_hours_have_source'), models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^\\+[0-9]{7,15}$'), _connector='OR'), name='node_phone_e164')],
            },
        ),
        migrations.CreateModel(
            name='Condition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('line', models.PositiveIntegerField(default=0)),
                ('reference', models.CharField(max_length=80)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(choices=[('port', 'Port'), ('berth', 'Berth'), ('border', 'Border post'), ('weighbridge', 'Weighbridge'), ('road', 'Road'), ('rail', 'Rail'), ('fuel', 'Fuel loading'), ('system', 'System')], max_length=12)),
                ('severity', models.CharField(choices=[('normal', 'Normal'), ('slow', 'Slow'), ('severe', 'Severe delays'), ('shut', 'Shut')], max_length=8)),
                ('system', models.CharField(blank=True, max_length=40)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField()),
                ('text', models.TextField(blank=True)),
                ('function', models.CharField(default='original', max_length=8)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('is_latest', models.BooleanField(default=False)),
                ('delivery', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='feeds.delivery')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='feeds.source')),
                ('node', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='corridor.node')),
            ],
            options={
                'indexes': [models.Index(fields=['source', 'reference', '-id'], name='condition_of_reference'), models.Index(fields=['-since', '-id'], name='condition_since'), models.Index(condition=models.Q(('function__in', ['original', 'replace']), ('is_latest', True)), fields=['until'], name='condition_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['port', 'berth', 'border', 'weighbridge', 'road', 'rail', 'fuel', 'system'])), name='condition_kind_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['normal', 'slow', 'severe', 'shut'])), name='condition_severity_known'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='condition_ends_after_it_began'), models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='condition_has_reference')],
            },
        ),
        migrations.CreateModel(
            name='Advisory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('kind', models.CharField(choices=[('maintenance', 'System maintenance'), ('border_queue', 'Queue at a border'), ('road_cut', 'Road cut'), ('port_delay', 'Delay in the port'), ('naivasha', 'Transfer of cargo to Naivasha'), ('closing', 'Closing'), ('general', 'General notice')], max_length=12)),
                ('severity', models.CharField(choices=[('normal', 'Normal'), ('slow', 'Slow'), ('severe', 'Severe delays'), ('shut', 'Shut')], max_length=8)),
                ('systems', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('text_en', models.TextField(blank=True, max_length=2000)),
                ('text_fr', models.TextField(blank=True, max_length=2000)),
                ('text_rw', models.TextField(blank=True, max_length=2000)),
                ('text_sw', models.TextField(blank=True, max_length=2000)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('written_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('former', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='successor', to='corridor.advisory')),
                ('written_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('nodes', models.ManyToManyField(blank=True, related_name='+', to='corridor.node')),
            ],
            options={
                'indexes': [models.Index(fields=['-published_at', '-id'], name='advisory_published'), models.Index(condition=models.Q(('state', 'scheduled')), fields=['due_at'], name='advisory_due')],
                'constraints': [models.UniqueConstraint(fields=('reference', 'version'), name='advisory_version_once'), models.CheckConstraint(condition=models.Q(models.Q(('former__isnull', True), ('version', 1)), models.Q(('former__isnull', False), ('version__gt', 1)), _connector='OR'), name='advisory_version_follows'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'scheduled', 'published', 'withdrawn'])), name='advisory_state_known'), models.CheckConstraint(condition=models.Q(('severity__in', ['normal', 'slow', 'severe', 'shut'])), name='advisory_severity_known'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='advisory_ends_after_it_began'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'scheduled'), _negated=True), ('due_at__isnull', False), _connector='OR'), name='advisory_scheduled_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('state__in', ['published', 'withdrawn'])), models.Q(('published_at__isnull', True), ('state__in', ['draft', 'scheduled'])), _connector='OR'), name='advisory_published_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at__isnull', True)), _connector='OR'), name='advisory_withdrawn_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mode', models.CharField(choices=[('road', 'Road'), ('rail', 'Rail'), ('pipeline', 'Pipeline')], max_length=10)),
                ('km', models.PositiveIntegerField(blank=True, null=True)),
                ('confidence', models.CharField(max_length=10)),
                ('source', models.CharField(max_length=200)),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='reason')),
                ('via', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, db_default=[], default=list, size=None)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('destination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legs_in', to='corridor.node')),
                ('origin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legs_out', to='corridor.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('origin', 'destination', 'mode'), name='leg_once'), models.CheckConstraint(condition=models.Q(('origin', models.F('destination')), _negated=True), name='leg_leads_somewhere'), models.CheckConstraint(condition=models.Q(('km__isnull', True), ('km__gt', 0), _connector='OR'), name='leg_km_positive'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='leg_has_source'), models.CheckConstraint(condition=models.Q(('mode__in', ['road', 'rail', 'pipeline'])), name='leg_mode_known')],
            },
        ),
        migrations.CreateModel(
            name='Distance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('km', models.PositiveIntegerField(verbose_name='kilometres')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('confidence', models.CharField(choices=[('sourced', 'Published'), ('derived', 'Worked out from others'), ('recalled', 'Recalled, not read again'), ('measured', 'Measured on the way')], max_length=10, verbose_name='how sure')),
                ('noted_at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('leg', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='distances', to='corridor.leg')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('leg', 'km', 'source', 'confidence'), name='distance_once'), models.CheckConstraint(condition=models.Q(('km__gt', 0)), name='distance_positive'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='distance_has_source'), models.CheckConstraint(condition=models.Q(('confidence__in', ['sourced', 'derived', 'recalled', 'measured'])), name='distance_confidence_known')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=160)),
                ('corridor', models.CharField(choices=[('northern', 'Northern Corridor'), ('central', 'Central Corridor')], max_length=10)),
                ('whole', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='corridor.leg')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('corridor__in', ['northern', 'central'])), name='route_corridor_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='route_has_name')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('leg', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stages', to='corridor.leg')),
                ('route', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='corridor.route')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('route', 'number'), name='stage_number_once'), models.UniqueConstraint(fields=('route', 'leg'), name='stage_leg_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='stage_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('subject', models.CharField(max_length=140, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('port', 'Port'), ('berth', 'Berth'), ('border', 'Border post'), ('weighbridge', 'Weighbridge'), ('road', 'Road'), ('rail', 'Rail'), ('fuel', 'Fuel loading'), ('system', 'System')], max_length=12)),
                ('system', models.CharField(blank=True, max_length=40)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('severity', models.CharField(choices=[('normal', 'Normal'), ('slow', 'Slow'), ('severe', 'Severe delays'), ('shut', 'Shut'), ('unknown', 'Unknown')], max_length=8)),
                ('since', models.DateTimeField(blank=True, null=True)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('is_contested', models.BooleanField(default=False)),
                ('is_confirmed', models.BooleanField(default=False)),
                ('stale_since', models.DateTimeField(blank=True, null=True)),
                ('said', models.JSONField(default=list)),
                ('changed_at', models.DateTimeField()),
                ('node', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='corridor.node')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('severity__in', ['normal', 'slow', 'severe', 'shut', 'unknown'])), name='standing_severity_known'), models.CheckConstraint(condition=models.Q(('severity', 'unknown'), ('since__isnull', False), _connector='OR'), name='standing_has_since')],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('sms', 'SMS'), ('push', 'Browser')], max_length=8)),
                ('address', models.CharField(max_length=1000)),
                ('p256dh', models.CharField(blank=True, db_default='', max_length=87)),
                ('auth', models.CharField(blank=True, db_default='', max_length=22)),
                ('language', models.CharField(default='en', max_length=2)),
                ('nodes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('least', models.CharField(choices=[('normal', 'Normal'), ('slow', 'Slow'), ('severe', 'Severe delays'), ('shut', 'Shut')], default='normal', max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('confirmed_at__isnull', True)), fields=['asked_at'], name='subscription_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False)), fields=('channel', 'address'), name='subscription_once'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True)), fields=('channel', 'address'), name='subscription_waits_once'), models.CheckConstraint(condition=models.Q(models.Q(('address__contains', '@'), ('channel', 'email')), models.Q(('address__regex', '^\\+[0-9]{7,15}$'), ('channel', 'sms')), models.Q(('address__regex', '^https://[!-~]+$'), ('channel', 'push')), _connector='OR'), name='subscription_address_fits'), models.CheckConstraint(condition=models.Q(models.Q(('auth__regex', '^[A-Za-z0-9_-]{22}$'), ('channel', 'push'), ('p256dh__regex', '^[A-Za-z0-9_-]{87}$')), models.Q(models.Q(('channel', 'push'), _negated=True), ('auth', ''), ('p256dh', '')), _connector='OR'), name='subscription_browser_has_keys'), models.CheckConstraint(condition=models.Q(models.Q(('channel', 'push'), _negated=True), ('confirmed_at__isnull', False), _connector='OR'), name='subscription_browser_never_waits'), models.CheckConstraint(condition=models.Q(('language__in', ['en', 'fr', 'rw', 'sw'])), name='subscription_language_known'), models.CheckConstraint(condition=models.Q(('least__in', ['normal', 'slow', 'severe', 'shut'])), name='subscription_least_known')],
            },
        ),
        migrations.CreateModel(
            name='Tracker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60)),
                ('carrier', models.CharField(max_length=8)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('container', models.CharField(blank=True, max_length=17)),
                ('plate', models.CharField(blank=True, max_length=20)),
                ('heard_at', models.DateTimeField()),
                ('fixed_at', models.DateTimeField(blank=True, null=True)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('speed_kmh', models.FloatField(blank=True, null=True)),
                ('course', models.FloatField(blank=True, null=True)),
                ('node_since', models.DateTimeField(blank=True, null=True)),
                ('node', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='corridor.node')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='feeds.source')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('container', ''), _negated=True), fields=['container'], name='tracker_container'), models.Index(condition=models.Q(('plate', ''), _negated=True), fields=['plate'], name='tracker_plate'), models.Index(fields=['number'], name='tracker_number')],
                'constraints': [models.UniqueConstraint(fields=('source', 'number'), name='tracker_once'), models.CheckConstraint(condition=models.Q(('carrier__in', ['truck', 'vessel'])), name='tracker_carrier_known'), models.CheckConstraint(condition=models.Q(('fixed_at__isnull', True), models.Q(('lat__isnull', False), ('lat__range', (-90, 90)), ('lon__isnull', False), ('lon__range', (-180, 180))), _connector='OR'), name='tracker_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('says', models.CharField(choices=[('confirmed', 'Confirmed'), ('refuted', 'Refuted')], max_length=10)),
                ('evidence', models.CharField(max_length=200, verbose_name='evidence')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('condition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verdicts', to='corridor.condition')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('says__in', ['confirmed', 'refuted'])), name='verdict_known'), models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='verdict_has_evidence')],
            },
        ),
        migrations.CreateModel(
            name='Vessel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('imo', models.CharField(blank=True, max_length=7)),
                ('mmsi', models.CharField(blank=True, max_length=9)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('call_sign', models.CharField(blank=True, max_length=10)),
                ('named_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('imo', ''), _negated=True), fields=('imo',), name='vessel_imo_once'), models.UniqueConstraint(condition=models.Q(('mmsi', ''), _negated=True), fields=('mmsi',), name='vessel_mmsi_once'), models.UniqueConstraint(condition=models.Q(('imo', ''), ('mmsi', '')), fields=('name',), name='vessel_name_once'), models.CheckConstraint(condition=models.Q(models.Q(('imo', ''), _negated=True), models.Q(('mmsi', ''), _negated=True), models.Q(('name', ''), _negated=True), _connector='OR'), name='vessel_is_named')],
            },
        ),
        migrations.CreateModel(
            name='CallTiming',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('zone', models.CharField(max_length=40)),
                ('timing', models.CharField(max_length=20)),
                ('classifier', models.CharField(max_length=3)),
                ('occurs_at', models.DateTimeField()),
                ('is_day', models.BooleanField(default=False)),
                ('issued_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField()),
                ('line', models.PositiveIntegerField(default=0)),
                ('voyage', models.CharField(blank=True, max_length=30)),
                ('voyage_out', models.CharField(blank=True, max_length=30)),
                ('call', models.CharField(blank=True, max_length=40)),
                ('berth', models.CharField(blank=True, max_length=40)),
                ('trade', models.CharField(blank=True, max_length=40)),
                ('agent', models.CharField(blank=True, max_length=60)),
                ('discharge', models.CharField(blank=True, max_length=60)),
                ('load', models.CharField(blank=True, max_length=60)),
                ('function', models.CharField(default='original', max_length=8)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('flags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, size=None)),
                ('delivery', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='feeds.delivery')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='feeds.source')),
                ('node', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='corridor.node')),
                ('vessel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timings', to='corridor.vessel')),
            ],
            options={
                'indexes': [models.Index(fields=['vessel', '-received_at'], name='call_timing_of_vessel'), models.Index(fields=['vessel', 'occurs_at'], name='call_timing_occurs')],
                'constraints': [models.CheckConstraint(condition=models.Q(('classifier__in', ['ACT', 'EST', 'PLN', 'REQ'])), name='call_timing_classifier_known'), models.CheckConstraint(condition=models.Q(('timing', ''), _negated=True), name='call_timing_says_what')],
            },
        ),
        migrations.CreateModel(
            name='VesselCall',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('berth', models.CharField(blank=True, max_length=40)),
                ('voyage', models.CharField(blank=True, max_length=30)),
                ('call', models.CharField(blank=True, max_length=40)),
                ('state', models.CharField(choices=[('due', 'Due'), ('anchored', 'At anchorage'), ('at_berth', 'At berth'), ('sailed', 'Sailed'), ('omitted', 'Omitted'), ('unknown', 'Unknown')], max_length=8)),
                ('eta_at', models.DateTimeField(blank=True, null=True)),
                ('eta_timing', models.CharField(blank=True, max_length=20)),
                ('eta_is_day', models.BooleanField(default=False)),
                ('eta_received_at', models.DateTimeField(blank=True, null=True)),
                ('arrived_at', models.DateTimeField(blank=True, null=True)),
                ('berthed_at', models.DateTimeField(blank=True, null=True)),
                ('first_lift_at', models.DateTimeField(blank=True, null=True)),
                ('last_lift_at', models.DateTimeField(blank=True, null=True)),
                ('departed_at', models.DateTimeField(blank=True, null=True)),
                ('discharge', models.CharField(blank=True, max_length=60)),
                ('heard_at', models.DateTimeField()),
                ('is_contested', models.BooleanField(default=False)),
                ('position', models.CharField(max_length=20)),
                ('updated_at', models.DateTimeField()),
                ('eta_source', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='feeds.source')),
                ('port', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='corridor.node')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='feeds.source')),
                ('terminal', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='corridor.node')),
                ('vessel', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='corridor.vessel')),
            ],
            options={
                'indexes': [models.Index(fields=['position', 'id'], name='vessel_call_position'), models.Index(condition=models.Q(('state__in', ['at_berth', 'anchored'])), fields=['position', 'id'], name='vessel_call_at_port'), models.Index(condition=models.Q(('state', 'due')), fields=['eta_at', 'id'], name='vessel_call_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['due', 'anchored', 'at_berth', 'sailed', 'omitted', 'unknown'])), name='vessel_call_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'due'), _negated=True), ('eta_at__isnull', False), _connector='OR'), name='vessel_call_due_has_eta'), models.CheckConstraint(condition=models.Q(models.Q(('eta_at__isnull', True), ('eta_received_at__isnull', True), ('eta_source__isnull', True), ('eta_timing', '')), models.Q(('eta_at__isnull', False), ('eta_received_at__isnull', False), ('eta_source__isnull', False), ('eta_timing__in', ['berth_arrival', 'port_arrival'])), _connector='OR'), name='vessel_call_eta_has_source'), models.CheckConstraint(condition=models.Q(models.Q(('departed_at__isnull', False), ('state', 'sailed')), models.Q(models.Q(('state', 'sailed'), _negated=True), ('departed_at__isnull', True)), _connector='OR'), name='vessel_call_sailed_has_departed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'anchored'), _negated=True), ('arrived_at__isnull', False), _connector='OR'), name='vessel_call_anchored_has_arrived'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'at_berth'), _negated=True), ('berthed_at__isnull', False), ('first_lift_at__isnull', False), ('last_lift_at__isnull', False), _connector='OR'), name='vessel_call_at_berth_has_berthed')],
            },
        ),
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('port', 'Port'), ('berth', 'Berth'), ('border', 'Border post'), ('weighbridge', 'Weighbridge'), ('road', 'Road'), ('rail', 'Rail'), ('fuel', 'Fuel loading'), ('system', 'System')], max_length=12)),
                ('now_s', models.PositiveIntegerField(blank=True, null=True)),
                ('now_n', models.PositiveIntegerField(default=0)),
                ('usual_s', models.PositiveIntegerField(blank=True, null=True)),
                ('usual_p90_s', models.PositiveIntegerField(blank=True, null=True)),
                ('usual_n', models.PositiveIntegerField(default=0)),
                ('usual_since', models.DateTimeField(blank=True, null=True)),
                ('waiting_n', models.PositiveIntegerField(default=0)),
                ('waiting_s', models.PositiveIntegerField(blank=True, null=True)),
                ('longest_s', models.PositiveIntegerField(blank=True, null=True)),
                ('severity', models.CharField(default='unknown', max_length=8)),
                ('severity_since', models.DateTimeField()),
                ('measured_at', models.DateTimeField()),
                ('node', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='corridor.node')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('node', 'kind'), name='wait_once'), models.CheckConstraint(condition=models.Q(('severity__in', ['normal', 'slow', 'severe', 'unknown'])), name='wait_severity_known'), models.CheckConstraint(condition=models.Q(models.Q(('now_n', 0), ('now_s__isnull', True)), models.Q(('now_n__gt', 0), ('now_s__isnull', False)), _connector='OR'), name='wait_now_is_of_some'), models.CheckConstraint(condition=models.Q(models.Q(('usual_n', 0), ('usual_p90_s__isnull', True), ('usual_s__isnull', True)), models.Q(('usual_n__gt', 0), ('usual_p90_s__isnull', False), ('usual_s__isnull', False)), _connector='OR'), name='wait_usual_is_of_some')],
            },
        ),
        migrations.CreateModel(
            name='Fence',
            fields=[
                ('node', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='fence', serialize=False, to='corridor.node')),
                ('ring', models.JSONField()),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='fence_has_source')],
            },
        ),
        migrations.RunSQL(DISTANCES, NO_DISTANCES),
    ]
