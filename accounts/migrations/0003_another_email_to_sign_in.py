from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_accounts_of_people")]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="new_email",
            field=models.EmailField(blank=True, db_default="", default="", max_length=254),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("welcome", "Willkommen"),
                    ("reset", "Neues Passwort"),
                    ("confirm", "Bestätigung des Online-Kontos"),
                    ("register", "Bestätigung der E-Mail"),
                    ("email", "Neue E-Mail für die Anmeldung"),
                ],
                max_length=10,
            ),
        ),
    ]
