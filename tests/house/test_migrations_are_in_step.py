import pytest
from django.core.management import CommandError, call_command


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except (SystemExit, CommandError) as error:
        pytest.fail(f"manage.py makemigrations would write something, see above ({error})")
