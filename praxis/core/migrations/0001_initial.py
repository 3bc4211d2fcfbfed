import django.db.models.functions.datetime
from django.db import migrations, models

import praxis.core.fields

REFUSE_CHANGES = """
CREATE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('praxis.erasing', true) = 'on' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'core_auditentry is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER core_audit_is_append_only BEFORE UPDATE OR DELETE ON core_auditentry
    FOR EACH ROW EXECUTE FUNCTION core_audit_is_append_only();
"""
ALLOW_CHANGES = """
DROP TRIGGER core_audit_is_append_only ON core_auditentry;
DROP FUNCTION core_audit_is_append_only();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("practice_id", praxis.core.fields.PracticeIdField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("action", models.CharField(max_length=80)),
                ("object_type", models.CharField(max_length=80)),
                ("object_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("via", models.CharField(max_length=16)),
            ],
            options={
                "verbose_name": "Protokollzeile",
                "verbose_name_plural": "Protokoll",
                "indexes": [
                    models.Index("practice_id", models.F("at").desc(), name="core_audit_practice_at"),
                    models.Index("practice_id", "object_type", "object_id", "at", name="core_audit_object"),
                ],
            },
        ),
        migrations.RunSQL(REFUSE_CHANGES, ALLOW_CHANGES),
    ]
