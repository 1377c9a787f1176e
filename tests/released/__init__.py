"""A database of each schema that was released, as its release wrote it (README.md)."""
