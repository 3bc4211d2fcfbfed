from praxis.core import retention


def test_every_field_says_whether_it_is_personal_and_how_long_it_stays() -> None:
    missing = retention.undeclared()

    assert missing == [], (
        "Declare these fields in the app's retention.py: `personal(Model, fields=[...], erase=..., keep_for=...)` when "
        "they say something about a person, `technical(Model, [...])` when they do not. See docs/decisions/0007."
    )
