"""What comes out of a sandbox on its way into a notebook that an instructor opens: kept as far as it can't run.

A page of formgrader runs the scripts that it shows, with the instructor's rights. So what a student's cell shows is
kept as text, pictures, sound and plain markup, cleaned by `nh3`, and as nothing else.
"""

import html
import re
import secrets
from typing import Any

import nh3

MOST_OUTPUTS = 500
PICTURES = ("image/png", "image/jpeg", "image/gif")
LEFT_OUT = "(Something was shown here that a feedback page does not show.)"
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
LONGEST_MARKUP = 100_000
"""Characters, long pictures and sounds apart: boxes in boxes take the cleaner's time."""
TAGS = nh3.ALLOWED_TAGS | {"audio", "figure", "figcaption", "label", "section"}
ATTRIBUTES = {
    "*": {"style", "class", "role", "title", "lang", "aria-label", "aria-hidden", "align", "width", "height"},
    "img": {"src", "alt"},
    "audio": {"src", "controls", "preload"},
    "a": {"href"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
SOURCES = re.compile(r"data:(image/(png|jpeg|gif)|audio/[\w.+-]+);base64,[A-Za-z0-9+/=\s]*")
LONG_SOURCE = re.compile(r'src="(data:(?:image/(?:png|jpeg|gif)|audio/[\w.+-]+);base64,[A-Za-z0-9+/]{200,}={0,2})"')
FETCHES = re.compile(r"[\\@]|/\*|url|image|expression|binding|behavior|position", re.IGNORECASE)
"""What a style needs to fetch something, to hide that it does, or to cover something else."""
MARKUP = re.compile(r"<[A-Za-z!?/]")
FORMULA = re.compile(
    r"(javascript|vbscript):|url\(|\\(href|url|require|unicode|style|class|cssid|includegraphics|data|bbox)"
)
"""What a formula needs to run or to fetch something; a page typesets whatever stands between dollar signs."""
RUNS = re.compile(rf"{FORMULA.pattern}|data:")
"""What markdown, or a formula in it, needs to run or to fetch something, written without blanks."""


def harmless_outputs(outputs: Any, most_bytes: int) -> list[dict] | None:
    """Outputs as nbformat has them, whatever was sent.

    Parameters
    ----------
    outputs : object
        What the sandbox calls the outputs of a cell.
    most_bytes : int
        How much may be kept.

    Returns
    -------
    outputs : list of dict or None
        None if there is more than that.
    """
    if type(outputs) is not list:
        return []
    if len(outputs) > MOST_OUTPUTS or _size(outputs) > most_bytes:
        return None
    return [kept for output in outputs if type(output) is dict and (kept := _harmless(output))]


def _size(value: Any) -> int:
    """The text in plain data, in characters."""
    if type(value) is str:
        return len(value)
    if type(value) is dict:
        return sum(_size(key) + _size(each) for key, each in value.items())
    return sum(map(_size, value)) if type(value) is list else 8


def _harmless(output: dict) -> dict | None:
    kind = _text(output.get("output_type"))
    if kind == "stream":
        name = "stderr" if _text(output.get("name")) == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        traceback = output.get("traceback")
        lines = [_text(line) for line in traceback] if type(traceback) is list else []
        return {
            "output_type": kind,
            "ename": _text(output.get("ename")),
            "evalue": _text(output.get("evalue")),
            "traceback": lines,
        }
    if kind in ("display_data", "execute_result"):
        kept = {"output_type": kind, "data": _harmless_data(output.get("data")), "metadata": {}}
        if kind == "execute_result":
            count = output.get("execution_count")
            kept["execution_count"] = count if type(count) is int and 0 <= count < 10**9 else None
        return kept
    return None


def _harmless_data(data: Any) -> dict:
    """The representations that can't run anything."""
    kept: dict[str, Any] = {}
    for mime, value in data.items() if type(data) is dict else ():
        if type(value) is not str:
            continue
        if mime == "text/plain":
            kept[mime] = _text(value)
        elif mime in PICTURES and BASE64.fullmatch(value):
            kept[mime] = value
        elif mime == "text/html":
            kept[mime] = harmless_html(value)
        elif mime in ("text/markdown", "text/latex") and not _may_run(value):
            kept[mime] = _text(value)
    return kept or {"text/plain": LEFT_OUT}


def harmless_html(markup: str) -> str:
    """Markup without anything that could run, or tell somebody else whose page is open."""
    # pictures and sounds are long, and looked at already: the cleaner gets a word in their place, and gives it back
    kept: list[str] = []
    word = f"data:image/png;base64,{secrets.token_hex(16)}/"

    def put_aside(source: re.Match) -> str:
        kept.append(source[1])
        return f'src="{word}{len(kept) - 1}="'

    short = LONG_SOURCE.sub(put_aside, _text(markup))
    if len(short) > LONGEST_MARKUP or FORMULA.search(_as_read(short)):
        return f"<p>{LEFT_OUT}</p>"
    cleaned = nh3.clean(
        short,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_harmless_attribute,
        url_schemes={"https", "data"},
        link_rel="noopener noreferrer",
    )
    first, *others = cleaned.split(word)
    return first + "".join(kept[int(number)] + rest for number, _, rest in (other.partition("=") for other in others))


def _harmless_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if SOURCES.fullmatch(value) else None
    if name == "href":
        return value if value.startswith(("https://", "#")) else None
    if name == "style":
        return None if FETCHES.search(value) else value
    return value


def harmless_markdown(source: str, plain: bool = False) -> str:
    """A cell's text; shown letter by letter if something in it could run, or if it is to be plain."""
    if not plain and not _may_run(source):
        return source
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", source)), default=0))
    return f"{fence}text\n{source}\n{fence}"


def harmless_sentence(sentence: str) -> str:
    """A sentence for a page of ours, which nobody is to take for a formula."""
    return sentence.replace("\\", "\u29f5") if FORMULA.search(_as_read(sentence)) else sentence


def _may_run(text: str) -> bool:
    plain = _as_read(text)
    from_elsewhere = "![" in plain and "//" in plain
    return from_elsewhere or MARKUP.search(text) is not None or RUNS.search(plain) is not None


def _as_read(text: str) -> str:
    """A text as a browser reads it, whatever it is hidden behind: without entities, blanks and capital letters."""
    return re.sub(r"[\s\x00-\x1f\u200b-\u200f\ufeff]", "", html.unescape(html.unescape(text))).lower()


def _text(value: Any) -> str:
    """Text that a JSON file can hold; empty if it is none."""
    return value.encode("utf-8", "replace").decode("utf-8") if type(value) is str else ""
