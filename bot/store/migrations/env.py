"""How Alembic reaches the database: through the connection `bot.store.schema` hands over, never one of its own."""

from typing import Any, Literal

from alembic import context

from bot.store import knowledge, models, posts  # noqa: F401  They name their tables to the one metadata.
from bot.store.columns import Base, Utc, Words


def render(kind: str, thing: Any, _: object) -> str | Literal[False]:
    """Write our own types into a migration as what they are in the database: a migration never imports the models."""
    if kind == "type" and isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, Words):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
