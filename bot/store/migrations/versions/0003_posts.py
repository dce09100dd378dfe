"""Posts that the team plans: rows, targets, their log, what was measured of them; the brake; parts in the outbox."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "brake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("brake_pkey")),
    )
    with op.batch_alter_table("brake", schema=None) as batch_op:
        batch_op.create_index("brake_active", ["lifted_at"], unique=False)

    op.create_table(
        "feed_key",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("feed_key_pkey")),
    )
    op.create_table(
        "planned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("pillar", sa.Text(), nullable=False),
        sa.Column("intervention", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("wall", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("on_holiday", sa.Text(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("occurrence", sa.Text(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("approvals", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("card_channel", sa.Text(), nullable=True),
        sa.Column("card_ts", sa.Text(), nullable=True),
        sa.Column("card_shown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["planned.id"], name=op.f("planned_series_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("planned_pkey")),
        sa.UniqueConstraint("series_id", "occurrence", name=op.f("planned_series_id_occurrence_key")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("planned", schema=None) as batch_op:
        batch_op.create_index("planned_at", ["due_at"], unique=False)
        batch_op.create_index(
            "planned_behind",
            ["id"],
            unique=False,
            sqlite_where=sa.text("card_ts IS NOT NULL AND card_shown < version"),
            postgresql_where=sa.text("card_ts IS NOT NULL AND card_shown < version"),
        )
        batch_op.create_index("planned_card", ["card_ts"], unique=False)
        batch_op.create_index("planned_due", ["state", "due_at"], unique=False)

    op.create_table(
        "post_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["planned_id"], ["planned.id"], name=op.f("post_event_planned_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("post_event_pkey")),
    )
    with op.batch_alter_table("post_event", schema=None) as batch_op:
        batch_op.create_index("post_event_planned", ["planned_id", "id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("planned_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("split", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("ref", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["planned_id"], ["planned.id"], name=op.f("target_planned_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("target_pkey")),
        sa.UniqueConstraint("planned_id", "account", name=op.f("target_planned_id_account_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("age", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("measure_target_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("measure_pkey")),
        sa.UniqueConstraint("target_id", "age", name=op.f("measure_target_id_age_key")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("planned_id", sa.Integer(), nullable=True))
        batch_op.create_index("delivery_planned", ["planned_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("delivery_planned_id_fkey"), "planned", ["planned_id"], ["id"])
