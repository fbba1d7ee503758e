"""How the outcome of a check looks in a notebook, in a feedback page and in plain text."""

import re
from dataclasses import dataclass
from html import escape

from course.check.verdict import JudgedTest, Outcome, Verdict

NOTE_COLOUR = "#5b7fc7"
STRESSED = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=\S)\*(?![\w*])")
"""Words between asterisks; a product has none of them beside a space, or letters on both sides."""


@dataclass(frozen=True)
class Card:
    """A small box with a coloured edge; colour is never the only sign of what it says."""

    head: str
    """a word or two, in bold"""
    lines: tuple[str, ...]
    """sentences; `names` stand in backticks"""
    colour: str
    icon: str = ""
    body: str = ""
    """more HTML below the sentences"""
    rows: tuple[str, ...] = ()
    """what the body says, in plain text"""

    @classmethod
    def note(cls, text: str) -> "Card":
        """Something good to know."""
        return cls("", (text,), NOTE_COLOUR, "›")

    @classmethod
    def problem(cls, text: str) -> "Card":
        """A call that can't be answered, and the way out."""
        return cls("", (text,), Outcome.NOT_YET.colour, "!")

    def _repr_html_(self) -> str:
        head = f"<strong>{to_html(self.head)}</strong>" if self.head else ""
        first, *rest = (to_html(line) for line in self.lines) if self.lines else ("",)
        sentences = "".join(f'<div style="margin-top:4px">{line}</div>' for line in rest)
        return (
            f'<div role="status" style="border-left:5px solid {self.colour};padding:6px 12px;margin:4px 0;'
            'max-width:52em;line-height:1.5;overflow-wrap:anywhere">'
            f'<span aria-hidden="true" style="color:{self.colour};font-weight:bold">{self.icon}</span> '
            f"{head} {first}{sentences}{self.body}</div>"
        )

    def __repr__(self) -> str:
        first = " ".join(filter(None, (self.icon, self.head, *self.lines[:1])))
        return "\n".join([first, *(f"  {line}" for line in (*self.lines[1:], *self.rows))])


def verdict_card(verdict: Verdict) -> Card:
    """The card of one check: with the hidden tests where a judge ran them, otherwise with a picture."""
    outcome = verdict.outcome
    points = f"{verdict.points:g} of {verdict.out_of:g} points" if verdict.tests else _points(verdict.out_of)
    lines = (f"{_hidden_count(verdict)}{points}.", *verdict.says)
    body = "".join(map(_test_row, verdict.tests))
    if body:
        body = f'<ul style="list-style:none;padding-left:0;margin:6px 0 0">{body}</ul>'
    if verdict.mismatch is not None:
        found = verdict.mismatch
        names = tuple(axis.name for axis in found.axes)
        # Matplotlib takes half a second to import, and whoever grades draws nothing
        from course import plot

        drawn = plot.difference(found.expected, found.actual, names)
        body += drawn._repr_html_() if drawn else ""
    rows = tuple(
        f"{_outcome(test).icon} {test.says} ({_outcome(test).word}) {test.why_not}".rstrip() for test in verdict.tests
    )
    return Card(f"`{verdict.exercise}`: {outcome.word}.", lines, outcome.colour, outcome.icon, body, rows)


def progress_card(title: str, verdicts: list[Verdict]) -> Card:
    """A table of a lesson's exercises."""
    earned, total = sum(v.points for v in verdicts), sum(v.out_of for v in verdicts)
    rows = "".join(
        f'<tr><td style="text-align:left"><code>{escape(v.exercise)}</code></td>'
        f'<td style="text-align:left"><span aria-hidden="true" style="color:{v.outcome.colour}">'
        f"{v.outcome.icon}</span> {v.outcome.word}</td>"
        f'<td style="text-align:right">{v.points:g} / {v.out_of:g}</td></tr>'
        for v in verdicts
    )
    head = "".join(f'<th scope="col" style="text-align:left">{name}</th>' for name in ("Exercise", "Outcome", "Points"))
    table = f'<table style="margin:8px 0 0"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    text = tuple(f"{v.outcome.icon} `{v.exercise}` {v.outcome.word}, {v.points:g} of {v.out_of:g}" for v in verdicts)
    colour = Outcome.PASSED.colour if earned == total else NOTE_COLOUR
    return Card(title, (f"{earned:g} of {total:g} points.",), colour, "", table, text)


def to_html(text: str) -> str:
    """Escape a sentence; set what stands in backticks as code, and what stands between asterisks in italics.

    Formulas between dollar signs stay as they are: an asterisk in them is none of ours.
    """
    # every second part is code or a formula
    parts = re.split(r"(`[^`]+`|\$[^$\n]+\$)", escape(text, quote=False))
    return "".join(
        _verbatim(part) if index % 2 else STRESSED.sub(r"<em>\1</em>", part) for index, part in enumerate(parts)
    )


def _verbatim(part: str) -> str:
    return f"<code>{part[1:-1]}</code>" if part.startswith("`") else part


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _hidden_count(verdict: Verdict) -> str:
    if not verdict.tests:
        return ""
    return f"{sum(test.passed for test in verdict.tests)} of {len(verdict.tests)} hidden tests, "


def _outcome(test: JudgedTest) -> Outcome:
    return Outcome.PASSED if test.passed else Outcome.NOT_YET


def _test_row(test: JudgedTest) -> str:
    outcome = _outcome(test)
    reason = f'<div style="margin-left:1.6em">{to_html(test.why_not)}</div>' if test.why_not else ""
    return (
        f'<li><span aria-hidden="true" style="color:{outcome.colour}">{outcome.icon}</span> '
        f"{to_html(test.says)} <em>{outcome.word}</em>{reason}</li>"
    )
