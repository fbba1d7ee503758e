"""nbgrader's exchange, as JupyterHub has it: `EXCHANGE/COURSE/inbound/STUDENT+LESSON+TIMESTAMP+RANDOM/`.

`nbgrader submit` writes such a folder for each attempt (nbgrader/exchange/default/submit.py), with a timestamp.txt
inside; `nbgrader collect` reads the name from its end, for a user's name may hold a `+`, and warns if the folder is
another user's (exchange/default/collect.py).
"""

import re
from datetime import UTC

from autograder.collect.said import Said, Who, find_part
from autograder.collect.times import read_time

NAME = "exchange"
WHAT = "nbgrader's exchange"

FOLDER = re.compile(r"(?P<student>.+)\+(?P<lesson>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*?)(?:\+[^+]+)?")

NOT_HANDED_IN = ("outbound", "feedback")
"""the exchange's other folders: what was released and given back"""


def given_out(path: str) -> bool:
    """Whether a file in the exchange was given out by the instructor."""
    _, handed_in = find_part(path, FOLDER)
    return handed_in is None and any(part in NOT_HANDED_IN for part in path.split("/")[:2])


def read_name(path: str) -> Said | None:
    """What the path of a file in the exchange says; None if it is not the exchange's."""
    at, found = find_part(path, FOLDER)
    time = read_time(found["time"], UTC) if found else None
    folder, *below = path.split("/")[at:]
    if found is None or time is None or not below:
        return None
    return Said(Who(label=found["student"]), "/".join(below), attempt=folder, time=time, lesson=found["lesson"])
