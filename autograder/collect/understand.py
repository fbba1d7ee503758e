"""Files -> attempts: whose each is, of which lesson, and when it came. Nothing is written here."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from autograder.collect.attempts import Attempt
from autograder.collect.files import Entry, Left, Listing, Refused, junk
from autograder.collect.lessons import Lessons, is_notebook
from autograder.collect.names import file_name, folder_name
from autograder.collect.roster import Match, Person, Roster
from autograder.collect.said import Said, Who, number
from autograder.collect.sources import Source
from autograder.collect.times import read_time
from autograder.submissions import TIMESTAMP

MOST_SAY_SO = 2 / 3
"""of an assignment's notebooks are of the lesson that it is for"""


@dataclass(frozen=True)
class Upload:
    """A file, and what its name and its content say."""

    entry: Entry
    said: Said
    digest: str
    notebook: bool
    says: str | None
    """the lesson that its content is of"""


@dataclass
class Understood:
    """What is in a folder or a zip file."""

    source: Source
    attempts: list[Attempt] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    """files that are not taken"""
    not_handed_in: list[str] = field(default_factory=list)
    """files that were left by computers, or given out"""
    timestamps: int = 0
    """files that say when others were handed in"""
    files: int = 0
    """all of them"""
    assignment: str | None = None
    """the lesson that all were asked for"""
    owners: bool = False
    """whether it matters whose a file is: in an exchange, unless all are the one's who copied it"""
    strangers: set[str] = field(default_factory=set)
    """students whom the roster does not have, if there is one"""


def understand(listing: Listing, source: Source, lessons: Lessons, roster: Roster, lesson: str | None) -> Understood:
    """Find out whose each file is, of which lesson, and when it came.

    Parameters
    ----------
    listing : Listing
    source : Source
    lessons : Lessons
    roster : Roster
        Everybody who takes the course; may be empty.
    lesson : str, optional
        The lesson that all were asked for: a file that does not say itself is taken for it.

    Returns
    -------
    understood : Understood
    """
    understood = Understood(source, left=[*listing.left], files=len(listing.entries) + len(listing.left))
    understood.owners = source.by_owner and len({entry.owner for entry in listing.entries}) > 1
    uploads, times = _read(listing.entries, lessons, understood)
    understood.assignment = lesson or (_asked_for(uploads) if source.one_assignment else None)
    groups: dict[str, list[Upload]] = defaultdict(list)
    for upload in uploads:
        groups[upload.said.attempt].append(upload)
    names = _folders_of_strangers([group[0].said.who for group in groups.values()], roster)
    for group in groups.values():
        match = roster.find(group[0].said.who)
        if match.ambiguous:
            _leave(group, f"{match.remark} Call it by the login or the number, and collect again.", understood)
            continue
        person = match.person or Person(names[group[0].said.who], name=group[0].said.who.name)
        attempts = [
            _attempt(person, match, each, files, understood)
            for each, together in _by_lesson(group, lessons, understood).items()
            for files in _apart(together, each)
        ]
        if match.person is None and attempts:
            understood.strangers.add(person.folder)
        understood.attempts += attempts
    understood.attempts = [
        attempt if attempt.time else replace(attempt, time=times.get(attempt.attempt))
        for attempt in _with_times_of(roster, understood.attempts)
    ]
    return understood


def _read(
    entries: Sequence[Entry], lessons: Lessons, understood: Understood
) -> tuple[list[Upload], dict[str, datetime | None]]:
    """What the files say, and the times that stand beside them, by attempt."""
    uploads, times = [], {}
    for entry in entries:
        said = understood.source.read_name(entry.name)
        if junk(entry.name) or understood.source.given_out(entry.name):
            understood.not_handed_in.append(entry.name)
            continue
        if said is None:
            way_out = "Rename it like the others, or hand over a file of its own with --pattern."
            understood.left.append(Left(entry.name, f"Its name does not say whose it is. {way_out}"))
            continue
        try:
            content = entry.read()
        except Refused as error:
            understood.left.append(Left(entry.name, str(error)))
            continue
        if said.file == TIMESTAMP and understood.source.with_timestamps:
            understood.timestamps += 1
            times[said.attempt] = read_time(content[:1000].decode("utf-8", "replace"), UTC)
        else:
            digest = hashlib.sha256(content).hexdigest()
            uploads.append(Upload(entry, said, digest, is_notebook(content), lessons.of(content)))
    return uploads, times


def _asked_for(uploads: Sequence[Upload]) -> str | None:
    """The lesson that most notebooks are of."""
    says = Counter(upload.says for upload in uploads if upload.notebook and upload.says)
    name, count = next(iter(says.most_common(1)), (None, 0))
    return name if count >= MOST_SAY_SO * says.total() else None


def _folders_of_strangers(everybody: Sequence[Who], roster: Roster) -> dict[Who, str]:
    """How the folder of somebody is called whom no roster knows: equal names are told apart by the number."""
    plain = {who: folder_name(who.label or who.name or who.id) for who in everybody}
    count = Counter(name.casefold() for name in plain.values())
    count.update(person.folder.casefold() for person in roster.people)
    return {who: name if count[name.casefold()] == 1 else told_apart(name, who) for who, name in plain.items()}


def told_apart(folder: str, who: Who) -> str:
    """The name of a folder that nobody else of the same name has."""
    return folder_name(f"{folder[:40]}_{who.id or hashlib.sha256(repr(who).encode()).hexdigest()[:6]}")


def _leave(uploads: Sequence[Upload], why: str, understood: Understood) -> None:
    understood.left += [Left(upload.entry.name, why) for upload in uploads]


def _by_lesson(group: Sequence[Upload], lessons: Lessons, understood: Understood) -> dict[str, list[Upload]]:
    """The files of one attempt by lesson; a file that says nothing goes with the others, if they agree."""
    of = {upload.entry: _lesson_of(upload, lessons, understood.assignment) for upload in group}
    found = {lesson for lesson in of.values() if lesson}
    made: dict[str, list[Upload]] = defaultdict(list)
    for upload in group:
        lesson = of[upload.entry] or (next(iter(found)) if len(found) == 1 else None)
        if lesson is None:
            what = "Nothing in it says" if upload.notebook else "It is not a notebook, and nothing says"
            way_out = f"Name the lesson: --lesson {lessons.names[0]}, for example."
            _leave([upload], f"{what} which lesson it is of. {way_out}", understood)
        else:
            made[lesson].append(upload)
    return made


def _apart(together: Sequence[Upload], lesson: str) -> list[list[Upload]]:
    """The attempts in what came together, the newest first; what is no notebook belongs to the newest."""
    together = sorted(together, key=lambda upload: _promise(upload, lesson))
    others = [upload for upload in together if upload.notebook][1:] if together[0].said.apart else []
    return [[upload for upload in together if upload not in others], *([upload] for upload in others)]


def _lesson_of(upload: Upload, lessons: Lessons, assignment: str | None) -> str | None:
    asked = upload.said.lesson if upload.said.lesson in lessons.names else assignment
    if upload.notebook:
        return upload.says or asked or lessons.by_name(upload.said.file)
    return asked or upload.says or lessons.by_name(upload.said.file)


def _attempt(person: Person, match: Match, lesson: str, uploads: Sequence[Upload], understood: Understood) -> Attempt:
    """One attempt of what was handed in together."""
    kept = _kept_names(uploads)
    main = next((name for name, upload in kept.items() if upload.notebook), None)
    first = uploads[0].said
    own = f"{first.attempt} {first.prefix}{first.file}" if first.apart else first.attempt
    digest = hashlib.sha256("".join(f"{name}\0{kept[name].digest}\0" for name in sorted(kept)).encode())
    return Attempt(
        person.folder,
        lesson,
        understood.source.name,
        own,
        digest.hexdigest(),
        {name: upload.said.file for name, upload in kept.items()},
        main,
        tuple(sorted(upload.digest for upload in uploads)),
        first.prefix,
        first.who.id,
        person.name,
        person.email,
        person.login,
        first.time,
        first.order,
        first.late,
        remarks=tuple(_remarks(match, lesson, uploads, main, understood)),
        entries={name: upload.entry for name, upload in kept.items()},
    )


def _promise(upload: Upload, lesson: str) -> tuple:
    """Which of several files is graded: the lesson's notebook, named as it should be, else the newest."""
    said = upload.said
    named = said.file.rpartition("/")[2] == f"{lesson}.ipynb"
    return not upload.notebook, upload.says != lesson, -said.order, not named, -number(said.file), said.file


def _kept_names(uploads: Sequence[Upload]) -> dict[str, Upload]:
    """A name for each file under which it is kept: no two alike, also where the case of letters does not count."""
    kept: dict[str, Upload] = {}
    # a student's own file of that name would say when the others came
    taken = {TIMESTAMP}
    for upload in uploads:
        plain = name = file_name(upload.said.file)
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{count}_{plain}"
        taken.add(name.casefold())
        kept[name] = upload
    return kept


def _remarks(
    match: Match, lesson: str, uploads: Sequence[Upload], main: str | None, understood: Understood
) -> list[str]:
    first, others = uploads[0], uploads[1:]
    remarks = [match.remark] if match.remark else []
    if understood.owners and first.entry.owner != first.said.who.label:
        remarks.append(f"It is a file of {first.entry.owner}: did somebody hand in for another?")
    if main is None:
        remarks.append(f"Not a notebook: {first.said.file}{f' ({first.said.remark})' if first.said.remark else ''}.")
    elif first.says and (asked := first.said.lesson or understood.assignment or lesson) != lesson:
        remarks.append(f"Handed in for {asked}, but it is of {lesson}.")
    elif first.says is None:
        remarks.append(f"Nothing in {first.said.file} says that it is of {lesson}.")
    if others:
        remarks.append(f"Beside it: {', '.join(upload.said.file for upload in others[:3])}{' …' * (len(others) > 3)}.")
    return remarks


def _with_times_of(roster: Roster, attempts: list[Attempt]) -> list[Attempt]:
    """The roster's times, for the newest attempt of each person: an LMS knows no other."""
    times = {person.folder: person.submitted for person in roster.people if person.submitted}
    newest = {(each.student, each.lesson): each for each in sorted(attempts, key=lambda each: each.order)}
    return [
        replace(attempt, time=times[attempt.student])
        if attempt.time is None and attempt.student in times and newest[attempt.student, attempt.lesson] is attempt
        else attempt
        for attempt in attempts
    ]
