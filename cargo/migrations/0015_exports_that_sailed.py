from django.db import migrations, models

from liaison.indexes import IndexConcurrently


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('cargo', '0014_alarms_and_silence'),
    ]

    operations = [
        IndexConcurrently(
            model_name='milestone',
            index=models.Index(condition=models.Q(('actual_at__isnull', False), ('code', 'export_departed')), fields=['actual_at'], name='milestone_sailed'),
        ),
    ]
