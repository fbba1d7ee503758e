"""A Moodle assignment: "Download all submissions" packs a folder, or a prefix, for each participant.

Moodle writes `Full Name_12345_assignsubmission_file/02_stft.ipynb` (before 4.1 with a `_` at the folder's end), or
without folders `Full Name_12345_assignsubmission_file_02_stft.ipynb` (mod/assign/classes/downloader.php). Underscores
in the name are replaced by spaces. The number is the "Identifier" of the assignment's grading worksheet, made anew for
each assignment; feedback files come back by the same number and the two words after it
(mod/assign/feedback/file/importziplib.php). The zip file holds the newest attempt alone, and not its time: dates in it
are those of the download (files/classes/local/archive_writer/zip_writer.php). The grading worksheet has the times.
"""

import re

from autograder.collect.said import Said, Who, find_part

NAME = "Moodle"
WHAT = "a Moodle assignment (Download all submissions)"

PART = re.compile(r"(?P<name>[^_]*)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?")
ANONYMOUS = ("participant", "teilnehmer", "teilnehmer in", "teilnehmerin")
"""what stands in place of a name where marking is blind"""


def read_name(path: str) -> Said | None:
    """What the path of a file in Moodle's zip file says; None if it is not Moodle's."""
    at, found = find_part(path, PART)
    if found is None:
        return None
    part, *below = path.split("/")[at:]
    file = "/".join([*filter(None, [found["file"]]), *below])
    if not file:
        return None
    prefix = part[: found.start("file")] if found["file"] else f"{part}/"
    name = "" if found["name"].casefold() in ANONYMOUS else found["name"]
    typed = "" if found["plugin"] == "file" else "typed into Moodle, not a file"
    who = Who(id=found["id"], name=name)
    return Said(who, file, f"{found['id']} {found['name']}", prefix=prefix, remark=typed)
