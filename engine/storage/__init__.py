"""The only home of SQLAlchemy and Alembic: the engine's memory."""
