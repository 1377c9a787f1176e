"""Run by Alembic with the connection that Database.migrate gives it."""

from alembic import context

from engine.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
