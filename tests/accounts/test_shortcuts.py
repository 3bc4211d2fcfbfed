import pytest

from accounts.models import User
from accounts.services.shortcuts import ShortcutInvalid, set_shortcuts


@pytest.mark.parametrize("key", ["a\x00", "\ud800", "a\nb", "x" * 25])
def test_what_is_no_key_is_refused_beside_the_action(reception: User, key: str) -> None:
    with pytest.raises(ShortcutInvalid) as caught:
        set_shortcuts(user=reception, keys={"park": key}, usual={"park": "p"})
    assert caught.value.field == "park"
    reception.refresh_from_db()
    assert reception.shortcuts == {}


@pytest.mark.parametrize("key", ["", "ö", "shift+f2", "?"])
def test_keys_of_a_german_keyboard_are_fine(reception: User, key: str) -> None:
    set_shortcuts(user=reception, keys={"park": key}, usual={"park": "p"})
    reception.refresh_from_db()
    assert reception.shortcuts == {"park": key}
