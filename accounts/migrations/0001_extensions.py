from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True

    dependencies: list[tuple[str, str]] = []

    # btree_gist: the exclusion constraint over (column, range); pg_trgm: telephone numbers by any part.
    operations = [BtreeGistExtension(), TrigramExtension()]
