from django.db import migrations

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

    dependencies = [
        ('liaison', '0002_stakeholders'),
    ]

    operations = [
        migrations.RunSQL(PROTECT, RELEASE),
    ]
