from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

OURS = ["accounts", "core", "integrations", "notifications", "scheduling", "videosprechstunde"]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except (SystemExit, CommandError) as error:
        pytest.fail(f"manage.py makemigrations would write something, see above ({error})")


# Indexes made beside the running practice are made in no transaction.
@pytest.mark.django_db(transaction=True)
def test_no_migration_of_ours_stops_the_practice_while_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that breaks the code of the release before, nothing that locks a filled table for long."""
    # The command ends the process when a migration is wrong.
    with suppress(SystemExit):
        call_command("lintmigrations", include_apps=OURS, no_cache=True)
    assert "Erroneous migrations: 0/" in capsys.readouterr().out
