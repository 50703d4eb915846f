import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


# Holds for whoever connects, a superuser included, as long as nobody drops the triggers; the chain of
# liaison.chain tells when somebody did.
PROTECT = """
CREATE FUNCTION liaison_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON liaison_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();
CREATE TRIGGER journal_never_emptied BEFORE TRUNCATE ON liaison_journalentry
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON liaison_journallink
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();
CREATE TRIGGER journal_never_emptied BEFORE TRUNCATE ON liaison_journallink
    FOR EACH STATEMENT EXECUTE FUNCTION liaison_refuse_change();

REVOKE UPDATE, DELETE, TRUNCATE ON liaison_journalentry, liaison_journallink FROM PUBLIC, CURRENT_USER;
"""
RELEASE = """
DROP TRIGGER journal_append_only ON liaison_journalentry;
DROP TRIGGER journal_never_emptied ON liaison_journalentry;
DROP TRIGGER journal_append_only ON liaison_journallink;
DROP TRIGGER journal_never_emptied ON liaison_journallink;
DROP FUNCTION liaison_refuse_change();
GRANT UPDATE, DELETE, TRUNCATE ON liaison_journalentry, liaison_journallink TO CURRENT_USER;
"""


class Migration(migrations.Migration):

    replaces = [('liaison', '0001_initial'), ('liaison', '0002_stakeholders'), ('liaison', '0003_journal_append_only'), ('liaison', '0004_verified_addresses'), ('liaison', '0005_directory'), ('liaison', '0006_directory_search')]

    initial = True

    dependencies = [
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('language', models.CharField(default='en', max_length=2)),
                ('particulars', models.JSONField()),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['expires_at'], name='registration_expiry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='registration_email_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ran_at', models.DateTimeField()),
                ('removed', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['-ran_at'], name='retention_latest')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='telephone')),
                ('language', models.CharField(default='en', max_length=2, verbose_name='language')),
                ('time_zone', models.CharField(default='Africa/Kigali', max_length=40)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('origin', models.GenericIPAddressField(blank=True, null=True)),
                ('data', models.JSONField(default=dict)),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'key', 'id'], name='journal_subject'), models.Index(fields=['kind', 'id'], name='journal_kind'), models.Index(condition=models.Q(('by__isnull', False)), fields=['by', 'id'], name='journal_by')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='journal_has_kind')],
            },
        ),
        migrations.CreateModel(
            name='JournalLink',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('digest', models.BinaryField(max_length=32)),
                ('linked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='liaison.journalentry')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='journal_link_from_one')],
            },
        ),
        migrations.CreateModel(
            name='JournalMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=40)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='liaison.journalentry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'entry'), name='journal_mark_once')],
            },
        ),
        migrations.CreateModel(
            name='Organization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('kind', models.CharField(choices=[('importer', 'Importer'), ('exporter', 'Exporter'), ('agent', 'Clearing agent or forwarder'), ('transporter', 'Transporter'), ('line', 'Shipping line'), ('warehouse', 'Warehouse'), ('agency', 'Public agency'), ('office', 'Liaison office')], max_length=12, verbose_name='kind')),
                ('country', models.CharField(default='RW', max_length=2, verbose_name='country')),
                ('phone', models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, db_default='', default='', max_length=254, verbose_name='e-mail address')),
                ('address', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='address')),
                ('standing', models.CharField(choices=[('pending', 'Waiting for verification'), ('verified', 'Verified'), ('refused', 'Refused'), ('suspended', 'Suspended')], db_default='verified', default='verified', max_length=10, verbose_name='standing')),
                ('decision', models.CharField(blank=True, db_default='', default='', max_length=500, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('last_contact_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='organization_name_trigrams'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='gin_trgm_ops'), name='organization_email_trigrams'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('phone'), name='gin_trgm_ops'), name='organization_phone_trigrams'), models.Index(django.db.models.functions.text.Lower('name'), models.F('id'), name='organization_by_name'), models.Index(condition=models.Q(('standing', 'pending')), fields=['created_at', 'id'], name='organization_waiting')],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), condition=models.Q(('standing__in', ['pending', 'refused']), _negated=True), name='organization_name_unique'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='organization_has_name'), models.CheckConstraint(condition=models.Q(('standing__in', ['pending', 'verified', 'refused', 'suspended'])), name='organization_standing_known'), models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^\\+[0-9]{7,15}$'), _connector='OR'), name='organization_phone_e164'), models.CheckConstraint(condition=models.Q(models.Q(('standing__in', ['refused', 'suspended']), _negated=True), models.Q(('decision', ''), _negated=True), _connector='OR'), name='organization_no_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('member', 'Member'), ('readonly', 'Read-only'), ('officer', 'Liaison officer'), ('supervisor', 'Supervisor'), ('administrator', 'Administrator'), ('desk', 'Agency desk'), ('official', 'Official')], max_length=14, verbose_name='role')),
                ('since', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='liaison.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'organization'), name='membership_once'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'member', 'readonly', 'officer', 'supervisor', 'administrator', 'desk', 'official'])), name='membership_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('member', 'Member'), ('readonly', 'Read-only'), ('officer', 'Liaison officer'), ('supervisor', 'Supervisor'), ('administrator', 'Administrator'), ('desk', 'Agency desk'), ('official', 'Official')], max_length=14, verbose_name='role')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='liaison.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('organization', 'email'), name='invitation_once'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='invitation_email_lower_case'), models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'member', 'readonly', 'officer', 'supervisor', 'administrator', 'desk', 'official'])), name='invitation_role_known'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True), _connector='OR'), name='invitation_one_end'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('invited_at'))), name='invitation_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(choices=[('rw_tin', 'Rwandan TIN'), ('ke_pin', 'Kenyan KRA PIN'), ('ug_tin', 'Ugandan TIN'), ('agent_licence', "Clearing agent's licence")], max_length=16, verbose_name='kind of number')),
                ('value', models.CharField(max_length=30, verbose_name='number')),
                ('is_verified', models.BooleanField(default=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='liaison.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['value'], name='identifier_value', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('organization', 'scheme'), name='identifier_once_a_scheme'), models.UniqueConstraint(condition=models.Q(('is_verified', True)), fields=('scheme', 'value'), name='identifier_verified_once'), models.CheckConstraint(condition=models.Q(('value__regex', '^[A-Z0-9/-]{3,30}$')), name='identifier_compact'), models.CheckConstraint(condition=models.Q(('scheme__in', ['rw_tin', 'ke_pin', 'ug_tin', 'agent_licence'])), name='identifier_scheme_known')],
            },
        ),
        migrations.CreateModel(
            name='FocalPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('duty', models.CharField(blank=True, max_length=120, verbose_name='duty')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='telephone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('rank', models.PositiveSmallIntegerField(default=1, verbose_name='order of calling')),
                ('concerns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='focal_points', to='liaison.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'rank', 'id'], name='focal_point_order'), models.Index(condition=models.Q(('concerns', []), _negated=True), fields=['rank', 'id'], name='focal_point_in_charge'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='focal_point_name_trigrams'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='gin_trgm_ops'), name='focal_point_email_trigrams'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('phone'), name='gin_trgm_ops'), name='focal_point_phone_trigrams')],
                'constraints': [models.CheckConstraint(condition=models.Q(('concerns__contained_by', ['PORT_DELAY', 'DOC_MANIFEST', 'CUSTOMS_KE', 'CUSTOMS_RW', 'SYSTEM_DOWN', 'ESEAL', 'DO_LINE', 'DEPOSIT', 'STORAGE_DISPUTE', 'EMPTY_RETURN', 'WEIGHBRIDGE', 'BORDER_QUEUE', 'POLICE_FINE', 'COUNTY_FEE', 'ROAD_CHARGE', 'SECURITY', 'RAIL_ICD', 'FUEL', 'WAREHOUSE_RW', 'DAMAGE_LOSS', 'FRAUD', 'INFO', 'NTB'])), name='focal_point_concerns_known'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='focal_point_has_name'), models.CheckConstraint(condition=models.Q(('rank__gte', 1), ('rank__lte', 9)), name='focal_point_rank_known'), models.CheckConstraint(condition=models.Q(models.Q(('phone', ''), _negated=True), models.Q(('email', ''), _negated=True), _connector='OR'), name='focal_point_can_be_reached'), models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^\\+[0-9]{7,15}$'), _connector='OR'), name='focal_point_phone_e164')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('registration', 'Certificate of registration'), ('tax', 'Tax certificate'), ('licence', 'Licence'), ('mandate', 'Letter of mandate'), ('other', 'Other paper')], max_length=14, verbose_name='kind of paper')),
                ('file_name', models.CharField(max_length=120)),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('uploaded_at', models.DateTimeField()),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='liaison.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'sha256'), name='document_once'), models.CheckConstraint(condition=models.Q(('content_type__in', ['application/pdf', 'image/png', 'image/jpeg'])), name='document_type_allowed'), models.CheckConstraint(condition=models.Q(('kind__in', ['registration', 'tax', 'licence', 'mandate', 'other'])), name='document_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='CallNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('spoken_to', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='spoken to')),
                ('about', models.CharField(blank=True, db_default='', default='', max_length=120, verbose_name='subject')),
                ('text', models.TextField(max_length=2000, verbose_name='note')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='call_notes', to='liaison.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-at', '-id'], name='call_note_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='call_note_has_text')],
            },
        ),
        migrations.CreateModel(
            name='SheetDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=120)),
                ('rows', models.JSONField(default=list)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='sheet_draft_age')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20)),
                ('version', models.PositiveSmallIntegerField()),
                ('language', models.CharField(max_length=2)),
                ('given_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'purpose', 'id'], name='consent_person')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('person', 'purpose'), name='consent_once'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='consent_has_purpose')],
            },
        ),
        migrations.AddField(
            model_name='person',
            name='acting_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='liaison.organization'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='person_email_lower_case'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['en', 'fr', 'rw', 'sw'])), name='person_language_known'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^\\+[0-9]{7,15}$'), _connector='OR'), name='person_phone_e164'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at__isnull', True), ('is_active', False), _connector='OR'), name='person_erased_is_closed'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='person_name_trigrams'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='gin_trgm_ops'), name='person_email_trigrams'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('phone'), name='gin_trgm_ops'), name='person_phone_trigrams'),
        ),
        migrations.RunSQL(PROTECT, RELEASE),
    ]
