"""The call API that eTermin uses (mission E3a)."""
