"""GDT 2.1 (Gerätedatentransfer): patients of the practice's own system arrive as files of record type 6301."""
