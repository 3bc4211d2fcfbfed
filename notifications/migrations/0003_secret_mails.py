from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('notifications', '0002_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='is_secret',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
