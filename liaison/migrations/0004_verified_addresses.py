from django.db import migrations

# Whoever has an account by now was given it by somebody who knew the address.
VERIFY = """
INSERT INTO account_emailaddress (user_id, email, verified, "primary")
SELECT person.id, person.email, true, true FROM liaison_person person
WHERE person.erased_at IS NULL
    AND NOT EXISTS (SELECT FROM account_emailaddress known WHERE known.user_id = person.id)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('liaison', '0003_journal_append_only'),
        ('account', '0009_emailaddress_unique_primary_email'),
    ]

    operations = [
        migrations.RunSQL(VERIFY, migrations.RunSQL.noop),
    ]
