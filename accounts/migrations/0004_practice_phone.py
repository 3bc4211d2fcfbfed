from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_another_email_to_sign_in")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="Telefon"),
        )
    ]
