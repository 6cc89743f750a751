"""The parts of an import: reading files, checking cells, comparing with the database, writing, reporting."""
