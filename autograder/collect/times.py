"""When something was handed in: as an LMS writes it, and as nbgrader reads it."""

import re
from datetime import UTC, datetime, tzinfo

from dateutil import parser

NBGRADER = "%Y-%m-%d %H:%M:%S.%f UTC"
"""how nbgrader writes timestamp.txt"""
MONTHS = {"januar": "january", "februar": "february", "märz": "march", "mai": "may", "juni": "june"} | {
    "juli": "july",
    "oktober": "october",
    "dezember": "december",
}


def read_time(text: str, zone: tzinfo) -> datetime | None:
    """A time as Moodle, Canvas, nbgrader or a person writes it; None if it is none.

    Parameters
    ----------
    text : str
        `2026-05-01 14:05`, `Friday, 1 May 2026, 2:05 PM`, `Freitag, 1. Mai 2026, 14:05`; a time zone in it counts.
    zone : tzinfo
        Where it was written, if it does not say.

    Returns
    -------
    time : datetime or None
        In UTC.
    """
    text = re.sub(r"^\s*[^\W\d]+,", "", text.strip())
    text = re.sub(r"[^\W\d]+", lambda word: MONTHS.get(word[0].casefold(), word[0]), text)
    text = re.sub(r"(\d)\.\s+(?=[^\W\d])", r"\1 ", text).replace(" Uhr", "")
    if not re.search(r"\d{4}.*\d:\d\d|\d:\d\d.*\d{4}", text):
        return None
    try:
        # 01.05.2026 is the first of May
        time = parser.parse(text, dayfirst=bool(re.match(r"\d{1,2}\.\d", text)))
    except (ValueError, OverflowError):
        return None
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)


def as_nbgrader(time: datetime) -> str:
    """A time as it stands in timestamp.txt."""
    return time.astimezone(UTC).strftime(NBGRADER)


def as_shown(time: datetime | None, zone: tzinfo) -> str:
    """A time for people."""
    return time.astimezone(zone).strftime("%Y-%m-%d %H:%M") if time else "unknown"
