"""Alembic's home: one file a change of the schema, forward from every released version, for SQLite and PostgreSQL."""
