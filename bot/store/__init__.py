"""Storage: the only home of SQLAlchemy and Alembic. The rows are the truth; the rest can be lost and made again."""
