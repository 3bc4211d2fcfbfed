from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_references_in_turn'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='is_numbered',
            field=models.BooleanField(db_default=False, editable=False),
        ),
    ]
