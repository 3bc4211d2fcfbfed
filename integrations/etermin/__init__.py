"""eTermin: its Web Push in, nothing out (mission E)."""
