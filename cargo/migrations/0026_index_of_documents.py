from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("cargo", "0025_document_types"),
    ]

    operations = [
        IndexConcurrently(
            model_name="event",
            index=models.Index(
                fields=["source", "document"], condition=~models.Q(document=""), name="event_document"
            ),
        ),
    ]
