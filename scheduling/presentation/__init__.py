"""What a calendar page shows, computed from plain data: no queries, no clock, no request."""
