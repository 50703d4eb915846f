from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchConfig, SearchVectorField
from django.db import migrations, models
from django.db.models.functions import Upper

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("tickets", "0007_reports_and_board"),
    ]

    operations = [
        IndexConcurrently(
            model_name="ticket",
            index=GinIndex(
                models.Func(
                    SearchConfig("simple"), models.F("answers"), function="to_tsvector", output_field=SearchVectorField()
                ),
                name="ticket_answers",
            ),
        ),
        IndexConcurrently(
            model_name="ticket",
            index=GinIndex(
                OpClass(Upper("caller"), name="gin_trgm_ops"),
                condition=models.Q(("caller", ""), _negated=True),
                name="ticket_caller_trigrams",
            ),
        ),
        IndexConcurrently(
            model_name="ticket",
            index=GinIndex(
                OpClass(Upper("caller_phone"), name="gin_trgm_ops"),
                condition=models.Q(("caller_phone", ""), _negated=True),
                name="ticket_phone_trigrams",
            ),
        ),
    ]
