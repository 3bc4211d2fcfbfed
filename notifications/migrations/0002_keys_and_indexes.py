from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("notifications", "0001_initial"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='credit_reserved_not_negative'),
        ),
        migrations.AddIndex(
            model_name='creditline',
            index=models.Index(models.F('account'), models.OrderBy(models.F('id'), descending=True), name='credit_line_by_account'),
        ),
        migrations.AddConstraint(
            model_name='gatewayaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('practice', 'channel'), name='gateway_one_active'),
        ),
        migrations.AddConstraint(
            model_name='gatewayaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('callback_hash', ''), _negated=True), fields=('callback_hash',), name='gateway_callback_once'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(models.F('next_run_at'), condition=models.Q(('next_run_at__isnull', False)), name='job_by_next_run'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(fields=('practice', 'kind'), name='message_job_once'),
        ),
        migrations.AddIndex(
            model_name='jobrun',
            index=models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('state', 'queued')), name='jobrun_due'),
        ),
        migrations.AddIndex(
            model_name='jobrun',
            index=models.Index(models.F('lease_until'), condition=models.Q(('state', 'running')), name='jobrun_lease'),
        ),
        migrations.AddIndex(
            model_name='jobrun',
            index=models.Index(models.F('practice'), models.OrderBy(models.F('planned_for'), descending=True), name='job_run_by_practice'),
        ),
        migrations.AddConstraint(
            model_name='jobrun',
            constraint=models.UniqueConstraint(condition=models.Q(('dedupe_key__gt', ''), ('state__in', ['queued', 'running'])), fields=('dedupe_key',), name='notifications_jobrun_one_open_per_key'),
        ),
        migrations.AddConstraint(
            model_name='jobrun',
            constraint=models.UniqueConstraint(fields=('job', 'planned_for'), name='job_run_once_per_planned_time'),
        ),
        migrations.AddIndex(
            model_name='deliveryreport',
            index=models.Index(models.F('due_at'), models.F('id'), condition=models.Q(('state', 'queued')), name='deliveryreport_due'),
        ),
        migrations.AddIndex(
            model_name='deliveryreport',
            index=models.Index(models.F('lease_until'), condition=models.Q(('state', 'running')), name='deliveryreport_lease'),
        ),
        migrations.AddConstraint(
            model_name='deliveryreport',
            constraint=models.UniqueConstraint(condition=models.Q(('dedupe_key__gt', ''), ('state__in', ['queued', 'running'])), fields=('dedupe_key',), name='notifications_deliveryreport_one_open_per_key'),
        ),
        migrations.AddConstraint(
            model_name='deliveryreport',
            constraint=models.UniqueConstraint(fields=('gateway', 'digest'), name='delivery_report_once'),
        ),
        migrations.AddConstraint(
            model_name='messagesettings',
            constraint=models.CheckConstraint(condition=models.Q(('window_until__gt', models.F('window_from'))), name='message_window_is_open'),
        ),
        migrations.AddConstraint(
            model_name='messagesettings',
            constraint=models.CheckConstraint(condition=models.Q(('greeting_until__gt', models.F('greeting_from'))), name='greeting_window_is_open'),
        ),
        migrations.AddConstraint(
            model_name='messagetemplate',
            constraint=models.UniqueConstraint(fields=('practice', 'kind', 'channel', 'appointment_type'), name='message_template_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='recipientday',
            constraint=models.UniqueConstraint(fields=('practice', 'day', 'recipient_hash'), name='recipient_day_once'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('practice', 'name'), name='stage_name_once'),
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.CheckConstraint(condition=models.Q(('offset_days__lte', 120), ('search_days__gte', 1), ('search_days__lte', 60)), name='stage_days'),
        ),
        migrations.AddIndex(
            model_name='skipped',
            index=models.Index(models.F('practice'), models.OrderBy(models.F('at'), descending=True), name='skipped_by_practice'),
        ),
        migrations.AddConstraint(
            model_name='skipped',
            constraint=models.UniqueConstraint(condition=models.Q(('entry__isnull', False)), fields=('entry', 'stage'), name='skipped_once_per_stage'),
        ),
        migrations.AddConstraint(
            model_name='skipped',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'greeting')), fields=('patient', 'year'), name='skipped_once_per_year'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('practice'), models.F('channel'), models.F('due_at'), models.F('id'), condition=models.Q(('released_at__isnull', False), ('state', 'queued')), name='message_to_send'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('practice'), models.F('id'), condition=models.Q(('released_at', None), ('state', 'queued')), name='message_to_release'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('lease_until'), condition=models.Q(('state', 'running')), name='message_lease'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('finished_at'), condition=models.Q(('state', 'unknown')), name='message_unclear'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('practice'), models.F('sent_at'), condition=models.Q(('final_at', None), ('state', 'done')), name='message_awaiting_status'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('practice'), models.OrderBy(models.F('created_at'), descending=True), name='message_by_practice'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('entry'), condition=models.Q(('entry__isnull', False)), name='message_by_entry'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('patient'), models.OrderBy(models.F('created_at'), descending=True), condition=models.Q(('patient__isnull', False)), name='message_by_patient'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('reference'), name='message_by_reference'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('gateway_reference'), condition=models.Q(('gateway_reference', ''), _negated=True), name='message_by_gateway_ref'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(models.F('opt_out_hash'), condition=models.Q(('opt_out_hash', ''), _negated=True), name='message_by_opt_out'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('entry__isnull', False), ('superseded_at', None), models.Q(('outcome', 1), _negated=True)), fields=('entry', 'stage', 'channel'), name='message_once_per_stage_and_channel'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'greeting'), models.Q(('outcome', 1), _negated=True)), fields=('patient', 'year'), name='message_one_greeting_a_year'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('dedupe_key__gt', ''), ('kind', 'notice')), fields=('dedupe_key',), name='message_notice_once'),
        ),
    ]
