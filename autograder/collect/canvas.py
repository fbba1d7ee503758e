"""A Canvas assignment: "Download Submissions" packs all files of all students side by side.

Canvas writes `meyeranna_LATE_12345_67890_02_stft-2.ipynb` (lib/content_zipper.rb): the sortable name in small letters
without anything that is no letter or digit, `LATE` where it came late, the user's id, the file's id, and the file's
name, to which `-2` is added if the student has used it before. Where marking is anonymous, it begins with `anon_Ab3dE`.
A file's id is the greater the later it was uploaded. When files are uploaded again, Canvas takes the first two parts
that are numbers for the user and the file (`infer_comment_context_from_filename` in app/models/assignment.rb). The zip
file does not say when something was handed in.
"""

import re

from autograder.collect.said import Said, Who, find_part, number

NAME = "Canvas"
WHAT = "a Canvas assignment (Download Submissions)"

USER = r"(?:(?P<name>[^/]+?)_(?P<late>LATE_)?(?P<user>\d+)|(?P<late_too>LATE_)?anon_(?P<anonymous>[A-Za-z0-9]+))"
FILE = re.compile(USER + r"_(?P<file_id>\d+)_(?P<file>[^/]+)")
TYPED = re.compile(USER + r"_(?P<file>text|link)\.html")
"""what was typed into Canvas, or a link"""


def read_name(path: str) -> Said | None:
    """What the path of a file in Canvas' zip file says; None if it is not Canvas'."""
    at, found = find_part(path, FILE, TYPED)
    if found is None:
        return None
    part, *below = path.split("/")[at:]
    typed = "file_id" not in found.groupdict()
    return Said(
        Who(id=found["user"] or found["anonymous"], name=found["name"] or ""),
        "/".join([f"{found['file']}.html" if typed else found["file"], *below]),
        attempt=f"{found['user'] or found['anonymous']} {found['name'] or ''}",
        apart=True,
        prefix="" if typed else part[: found.start("file")],
        order=0 if typed else int(found["file_id"]) * 1000 + number(found["file"]),
        late=bool(found["late"] or found["late_too"]),
        remark="typed into Canvas, not a file" if typed else "",
    )
