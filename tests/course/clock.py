"""A clock that stands still until it is told the time."""

from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Clock:
    """Called, it gives the time."""

    def __init__(self):
        self.time = BEGIN

    def __call__(self) -> datetime:
        return self.time

    def after(self, minutes: float) -> None:
        """So many minutes have gone by since it began."""
        self.time = BEGIN + timedelta(minutes=minutes)
