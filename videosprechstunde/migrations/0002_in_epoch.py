from django.db import migrations, models

PROVIDERS = [
    ("builtin", "Eingebaut: von Browser zu Browser"),
    ("external", "Anderer Dienst mit eigenem Link und eigener TAN"),
    ("livekit", "LiveKit-Server, für große Gruppen"),
]


class Migration(migrations.Migration):
    dependencies = [("videosprechstunde", "0001_calls")]

    operations = [
        migrations.AddField(
            model_name="callmember", name="in_epoch", field=models.PositiveIntegerField(default=0, db_default=0)
        ),
        migrations.AlterField(
            model_name="callevent",
            name="kind",
            field=models.CharField(
                max_length=12,
                choices=[
                    ("created", "Videogespräch angelegt"),
                    ("moved", "Termin verschoben"),
                    ("sent", "Link und TAN gesendet"),
                    ("sent_sms", "Link und TAN per SMS gesendet"),
                    ("renewed", "neue TAN vergeben"),
                    ("printed", "Link und TAN gedruckt"),
                    ("redeemed", "wartet"),
                    ("other_device", "an einem anderen Gerät weitergemacht"),
                    ("locked", "TAN nach zehn falschen Versuchen gesperrt"),
                    ("checked", "Geräte geprüft"),
                    ("admitted", "eingelassen"),
                    ("denied", "nicht eingelassen"),
                    ("entered", "im Gespräch"),
                    ("left", "aufgelegt"),
                    ("invited", "weitere Person eingeladen"),
                    ("finished", "Sprechstunde abgeschlossen"),
                    ("cancelled", "abgesagt"),
                    ("reopened", "Termin wieder gültig"),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="videocall",
            name="provider",
            field=models.CharField(choices=PROVIDERS, default="builtin", max_length=10),
        ),
        migrations.AlterField(
            model_name="videosettings",
            name="provider",
            field=models.CharField(
                choices=PROVIDERS, default="builtin", max_length=10, verbose_name="Videodienst"
            ),
        ),
    ]
