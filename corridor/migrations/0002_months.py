"""The parts of the trail by month are made and dropped by functions of the database's owner.

So whoever runs them needs no right to make tables, or anything else, in the schema.
"""

from django.db import migrations

MONTHS = """
CREATE FUNCTION corridor_ready_month(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    until timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    part text := 'corridor_position_' || to_char(month, 'YYYY_MM');
BEGIN
    LOCK TABLE corridor_position IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE corridor_position INCLUDING ALL)', part);
    EXECUTE format(
        'WITH moved AS (DELETE FROM corridor_position_other WHERE fixed_at >= $1 AND fixed_at < $2 RETURNING *) '
        'INSERT INTO %I SELECT * FROM moved', part
    ) USING since, until;
    EXECUTE format(
        'ALTER TABLE corridor_position ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, since, until
    );
    RETURN true;
END
$$;
CREATE FUNCTION corridor_end_months(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part regclass;
    ended integer := 0;
BEGIN
    FOR part IN
        SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'corridor_position'::regclass
        AND inhrelid::regclass::text LIKE 'corridor_position_2%'
        AND inhrelid::regclass::text < 'corridor_position_' || to_char(before, 'YYYY_MM')
    LOOP
        EXECUTE format('DROP TABLE %s', part);
        ended := ended + 1;
    END LOOP;
    RETURN ended;
END
$$;
REVOKE ALL ON FUNCTION corridor_ready_month(date), corridor_end_months(date) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("corridor", "0001_squashed_0007_push")]
    operations = [
        migrations.RunSQL(
            MONTHS, "DROP FUNCTION corridor_ready_month(date); DROP FUNCTION corridor_end_months(date);"
        )
    ]
