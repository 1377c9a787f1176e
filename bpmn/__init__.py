"""KNOWING. A process definition as values: read, checked, drawn, written. No engine, no database, no web."""
