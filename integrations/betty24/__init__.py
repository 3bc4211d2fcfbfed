"""betty24: up to four online calendars of a practice, kept in agreement with four columns, both ways (seed 001).

The protocol of the real portal is not public: `client` is the only file that knows a wire format, and it speaks our
documented model (docs/features/betty24.md). See docs/decisions/0013.
"""
