from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

ONE_COUNTS = models.UniqueConstraint(
    models.F('entry'), models.F('stage'), models.F('channel'),
    models.Case(
        models.When(models.Q(('superseded_at', None), models.Q(('outcome', 1), _negated=True)), then=models.Value(0)),
        default=models.F('id'), output_field=models.BigIntegerField(),
    ),
    condition=models.Q(('entry__isnull', False)), name='message_one_counts_per_stage',
)
IN_TURN = """
CREATE UNIQUE INDEX CONCURRENTLY message_one_counts_per_stage ON notifications_message (entry_id, stage_id, channel,
    (CASE WHEN superseded_at IS NULL AND NOT outcome = 1 THEN 0 ELSE id END)) WHERE entry_id IS NOT NULL
"""


class Migration(migrations.Migration):
    """While messages are written: nobody waits for an index."""

    atomic = False

    dependencies = [
        ('notifications', '0008_is_numbered'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(IN_TURN, 'DROP INDEX CONCURRENTLY message_one_counts_per_stage')],
            [migrations.AddConstraint(model_name='message', constraint=ONE_COUNTS)],
        ),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(models.F('gateway_reference'), condition=models.Q(('gateway_kind__in', ('seven', 'aspsms')), models.Q(('gateway_reference', ''), _negated=True)), name='message_by_its_reference'),
        ),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(models.F('reference'), condition=models.Q(('is_numbered', False), ('sent_at__isnull', False)), name='message_by_whole_reference'),
        ),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(models.F('opt_out_hash'), condition=models.Q(('is_numbered', False), models.Q(('opt_out_hash', ''), _negated=True)), name='message_by_whole_link'),
        ),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL('DROP INDEX CONCURRENTLY message_once_per_stage_and_channel', migrations.RunSQL.noop)],
            [migrations.RemoveConstraint(model_name='message', name='message_once_per_stage_and_channel')],
        ),
        RemoveIndexConcurrently(model_name='message', name='message_by_entry'),
        RemoveIndexConcurrently(model_name='message', name='message_by_reference'),
        RemoveIndexConcurrently(model_name='message', name='message_by_gateway_ref'),
        RemoveIndexConcurrently(model_name='message', name='message_by_opt_out'),
    ]
