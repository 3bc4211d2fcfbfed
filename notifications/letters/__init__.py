"""Letters on paper: DIN 5008 form B, for window envelopes."""
