"""Alembic's entry: runs the migrations on the connection that `bot.statistics_migrations.upgrade` hands over."""

from alembic import context

from bot.statistics_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata,
                  render_as_batch=True, transactional_ddl=True, version_table="statistics_version")
with context.begin_transaction():
    context.run_migrations()
