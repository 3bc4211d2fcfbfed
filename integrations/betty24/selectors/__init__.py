"""Reads for the pages and commands of betty24. Everything here runs inside the scope of one practice."""

from integrations.betty24.selectors.bookings import booking_lines, new_bookings, open_tasks
from integrations.betty24.selectors.ledger import ColumnLedger, Ledger, bindings_of, connection_of, read_ledger

__all__ = [
    "ColumnLedger", "Ledger", "bindings_of", "booking_lines", "connection_of", "new_bookings", "open_tasks",
    "read_ledger",
]  # fmt: skip
