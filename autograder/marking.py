"""One submission, from its cells to its marks: they run in the sandbox, and are judged from outside it.

A graded cell is never run. In its place the judge asks the student's process for answers, so nothing that a student's
code does to `check`, to IPython or to Python itself is a way to a mark.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

from autograder.judge import Judge
from autograder.regrade import Earlier
from autograder.sandbox.limits import MET, Limits
from autograder.sandbox.process import Ended, StudentProcess, TimeUp, Usage
from autograder.strangers import harmless_markdown, harmless_outputs
from autograder.workshop import Workshop, exercise_of, is_ours, is_run
from course.check.case import Case
from course.check.show import verdict_card
from course.check.verdict import Outcome, Verdict

MOST_DEATHS = 10
"""So often a notebook may end its process before the rest of it is left alone."""
ROOM_FOR_ERRORS = 100_000
"""Characters; tracebacks are kept whole beside a cell's output."""


def mark(
    workshop: Workshop, cells: list[dict], limits: Limits, earlier: Mapping[str, Earlier] | None = None
) -> "Marking":
    """Run and judge the cells of one submission; they are changed in place.

    Parameters
    ----------
    workshop : Workshop
    cells : list of dict
    limits : Limits
    earlier : dict of str to Earlier, optional
        What its exercises got before: kept where it still holds.

    Raises
    ------
    autograder.sandbox.process.Killed, autograder.sandbox.sandbox.SandboxLost
        If somebody outside ended a process: to be done again.
    """
    marking = Marking(workshop, cells, limits, earlier)
    marking.run()
    return marking


class Marking:
    """One submission on its way through the sandbox."""

    def __init__(
        self, workshop: Workshop, cells: list[dict], limits: Limits, earlier: Mapping[str, Earlier] | None = None
    ):
        self.workshop = workshop
        self.cells = cells
        self.limits = limits
        self.usage = Usage()
        self._earlier = earlier or {}
        self._still_holds = True
        self.broken_limits: list[str] = []
        self._used: dict[str, frozenset[str]] = {}
        self.judge = Judge(workshop.lesson, workshop.seed, self, workshop.references)
        self._ran: list[tuple[dict, bool]] = []
        self._deaths = 0
        self._deadline = 0.0
        self._process: StudentProcess | None = None
        self._understudy: StudentProcess | None = None

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """What was judged, by exercise."""
        return self.judge.verdicts

    def remarks(self) -> list[str]:
        """What an instructor may want to know of the run."""
        return [MET.format(limit) for limit in self.broken_limits]

    def run(self) -> None:
        """Run every cell in its place; judge where a graded cell stands."""
        try:
            # warming up, if need be, is not the submission's time
            _ = self.workshop.sandbox
            self._deadline = time.monotonic() + self.limits.notebook_seconds
            self._process = self._open()
            self._used = self._names_used()
            alike = self._alike()
            for cell in self.cells:
                if cell["cell_type"] != "code":
                    self._tame(cell)
                elif (name := exercise_of(cell)) is not None:
                    self._judge(cell, name)
                else:
                    self._run(cell, id(cell) in alike)
        finally:
            self._close()

    def call(self, name: str, case: Case, stand_ins: list[str], library_has: tuple) -> dict:
        """Ask the student's process; the judge's side of it."""
        return self._living().call(name, case, stand_ins, library_has)

    def diagnose(self, lesson: str, name: str, stand_ins: list[str]) -> dict:
        """Ask the student's process what the student's own check says."""
        return self._living().diagnose(lesson, name, stand_ins)

    def _run(self, cell: dict, alike: bool) -> None:
        if self._process is None:
            cell["outputs"] = [_problem("NotRun", self._gave_up())]
            return
        source = cell["source"]
        try:
            ran = self._again(source, alike)
        except Ended as ended:
            self._leave_out(cell, ended)
            self._revive()
            return
        self._ran.append((cell, alike))
        cell["execution_count"] = len(self._ran)
        if alike:
            cell["outputs"] = [_numbered(output, len(self._ran)) for output in self.workshop.shown[source]]
            return
        outputs = harmless_outputs(ran.get("outputs"), 2 * self.limits.output_bytes + ROOM_FOR_ERRORS)
        cell["outputs"] = outputs or []
        if message := self._limit_message("cut" if outputs is None else ran.get("limit"), ran.get("interrupted")):
            cell["outputs"].append(_problem(*message))

    def _leave_out(self, cell: dict, ended: Ended) -> None:
        self._note(ended.limit)
        cell["outputs"] = [_problem("ProcessEnded", f"{ended} The rest of the notebook was run without this cell.")]

    def _again(self, source: str, alike: bool) -> dict:
        """Run a cell, or take it over where it is alike in every submission."""
        if not alike:
            return self._process.run(source)
        self._process.take_over(source)
        return {}

    def _alike(self) -> set[int]:
        """The cells that are alike in every submission, by their ids."""
        run = [cell for cell in self.cells if is_run(cell)]
        ours = [cell["source"] in self.workshop.shown and is_ours(cell) for cell in run]
        try:
            found = self._process.alike([cell["source"] for cell in run], ours)
        except (Ended, TimeUp):
            self._begin_again()
            return set()
        return {id(cell) for cell, is_alike in zip(run, found, strict=True) if is_alike}

    def _begin_again(self) -> None:
        """A text that could not be read has ended its reader."""
        self._note("time")
        self._add_up(self._process)
        self._process = self._open()

    def _tame(self, cell: dict) -> None:
        """Text that is not ours is shown, and runs nothing."""
        if cell["source"] not in self.workshop.released_sources:
            cell["source"] = harmless_markdown(cell["source"], plain=cell["cell_type"] == "raw")
            cell["cell_type"] = "markdown"

    def _names_used(self) -> dict[str, frozenset[str]]:
        """What each exercise asks to build and its text names: only if a quick look says that it may name anything.

        Read in the student's process, where a text that no parser survives does no harm, before a line of it has run.
        """
        code = [cell for cell in self.cells if cell["cell_type"] == "code"]
        lesson = self.workshop.lesson
        checks = [
            (name, index, lesson.library_has(name))
            for index, cell in enumerate(code)
            if (name := exercise_of(cell)) is not None
        ]
        theirs = "\n".join(cell["source"] for cell in code if cell["source"] not in self.workshop.released_sources)
        if not self.workshop.may_name_library(theirs):
            return {}
        try:
            found = self._process.read([cell["source"] for cell in code], [list(check) for check in checks])
        except (Ended, TimeUp):
            self._begin_again()
            return {}
        return {name: frozenset(used) for (name, _, _), used in zip(checks, found, strict=True)}

    def _limit_message(self, limit: object, interrupted: object) -> tuple[str, str] | None:
        """What to say of a cell that met a limit and lived."""
        limits = self.limits
        if interrupted is True:
            self._note("time")
            return "CellTimeout", f"This cell was stopped after {limits.cell_seconds:g} s."
        if type(limit) is not str or limit not in ("endless", "cut"):
            return None
        self._note("output")
        if limit == "endless":
            return "TooMuchOutput", f"This cell was stopped: it printed {limits.endless_output_bytes / 1e6:g} MB."
        return "OutputCut", f"Only the first {limits.output_bytes / 1e6:g} MB of output are kept."

    def _judge(self, cell: dict, name: str) -> None:
        """Let the judge decide, and show its verdict where nbgrader looks for points."""
        earlier = self._earlier.get(name)
        if earlier and self._still_holds and earlier.version == self.workshop.versions[name]:
            self.judge.verdicts[name] = earlier.verdict(name, self.workshop.lesson.exercises[name].points)
            cell["outputs"] = earlier.outputs
            return
        if self._process is not None:
            self._process.be_alone()
        verdict = self.judge.judge(name, self._used.get(name, frozenset()))
        cell["outputs"] = shown(verdict)
        if earlier is None or earlier.passed != (verdict.outcome is Outcome.PASSED):
            self._still_holds = False
        if self._process is not None and not self._process.alive:
            self._revive()

    def _living(self) -> StudentProcess:
        if self._process is None:
            raise Ended(self._gave_up())
        return self._process

    def _gave_up(self) -> str:
        if time.monotonic() >= self._deadline:
            return f"Not run: the notebook had taken {self.limits.notebook_seconds:g} s by then."
        return f"Not run: cells before this one ended the notebook's process {MOST_DEATHS} times."

    def _revive(self) -> None:
        """Go on in a fresh process, which is given everything that ran well before."""
        while self._process is not None:
            self._deaths += 1
            self._add_up(self._process)
            goes_on = self._deaths < MOST_DEATHS and time.monotonic() < self._deadline
            self._process = self._open() if goes_on else None
            if self._process is None or self._repeat():
                return

    def _repeat(self) -> bool:
        """Give a fresh process what ran well before; whether it lives. A cell that ends it now is left out too."""
        for place, (cell, alike) in enumerate(self._ran):
            try:
                self._again(cell["source"], alike)
            except Ended as ended:
                self._note(ended.limit)
                if time.monotonic() < self._deadline:
                    self._leave_out(cell, ended)
                    del self._ran[place]
                return False
        return True

    def _open(self) -> StudentProcess:
        left = replace(self.limits, notebook_seconds=max(self._deadline - time.monotonic(), 0.1))
        return self.workshop.sandbox.open(left, self._ask)

    def _ask(self, name: str, positional: list, named: dict) -> dict:
        """What the reference gives, worked out in a sandbox of its own: the arguments are a stranger's."""
        if self._understudy is None:
            self._understudy = self.workshop.understudy(self.limits)
        try:
            answer = self._understudy.call(name, Case(tuple(positional), named), [], ())
        except (Ended, TimeUp) as error:
            self._understudy.close()
            self._understudy = None
            return {"problem": str(error) or "it took too long"}
        return {key: answer[key] for key in ("result", "problem") if key in answer}

    def _note(self, limit: str) -> None:
        if limit and limit not in self.broken_limits:
            self.broken_limits.append(limit)

    def _add_up(self, process: StudentProcess) -> None:
        process.close()
        self.usage.cpu_seconds += process.usage.cpu_seconds
        self.usage.peak_bytes = max(self.usage.peak_bytes, process.usage.peak_bytes)

    def _close(self) -> None:
        for process in (self._process, self._understudy):
            if process is not None:
                self._add_up(process)


def shown(verdict: Verdict) -> list[dict]:
    """A verdict as the outputs of its graded cell: a card for people, the points for nbgrader."""
    card = verdict_card(verdict)
    return [
        {
            "output_type": "display_data",
            "data": {"text/plain": repr(card), "text/html": card._repr_html_()},
            "metadata": {},
        },
        {
            "output_type": "execute_result",
            "data": {"text/plain": str(float(verdict.points))},
            "metadata": {},
            "execution_count": None,
        },
    ]


def _numbered(output: dict, count: int) -> dict:
    """An output of a cell that was run elsewhere, as if it were run here."""
    return output | {"execution_count": count} if output["output_type"] == "execute_result" else output


def _problem(name: str, message: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [f"{name}: {message}"]}
