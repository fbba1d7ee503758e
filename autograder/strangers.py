"""What comes out of a sandbox on its way into a notebook that an instructor opens: kept if it is harmless.

A page of formgrader runs the scripts that it shows, with the instructor's rights. So what a student's cell shows is
kept as text, pictures, sound and plain markup; what could run is left out.
"""

import json
from html.parser import HTMLParser
from typing import Any

ERROR_FIELDS = ("ename", "evalue")
MOST_OUTPUTS = 500
PICTURES = ("image/png", "image/jpeg", "image/gif")
TEXTS = ("text/plain", "text/markdown", "text/latex", "text/html")
LEFT_OUT = "(Something was shown here that a feedback page does not show.)"

_TAGS = """
a abbr audio b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3
h4 h5 h6 hr i img ins kbd label li mark ol p pre q s samp section small source span strong style sub summary sup table
tbody td tfoot th thead tr tt u ul var
"""
_ATTRIBUTES = """
alt align aria-hidden aria-label border class colspan controls height href id lang open preload role rowspan scope src
start style tabindex title type valign width
"""
TAGS, ATTRIBUTES = frozenset(_TAGS.split()), frozenset(_ATTRIBUTES.split())
RUNS = (
    "javascript:",
    "vbscript:",
    "expression(",
    "@import",
    "behavior:",
    "-moz-binding",
    "data:text",
    "data:application",
)


def harmless_outputs(outputs: Any) -> list[dict]:
    """Outputs as nbformat has them, whatever was sent.

    Parameters
    ----------
    outputs : object
        What the sandbox calls the outputs of a cell.

    Returns
    -------
    outputs : list of dict
    """
    if type(outputs) is not list:
        return []
    return [kept for output in outputs[:MOST_OUTPUTS] if type(output) is dict and (kept := _harmless(output))]


def _harmless(output: dict) -> dict | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        traceback = output.get("traceback")
        lines = [_text(line) for line in traceback] if type(traceback) is list else []
        return {"output_type": "error", **{name: _text(output.get(name)) for name in ERROR_FIELDS}, "traceback": lines}
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
        shows = (
            mime in PICTURES or mime == "text/plain" or (mime in TEXTS and type(value) is str and is_harmless(value))
        )
        if shows and type(value) is str:
            kept[mime] = _text(value)
    return kept or {"text/plain": LEFT_OUT}


def harmless_markdown(source: str) -> str:
    """A cell's text; its markup as plain text if it could run something."""
    return source if "<" not in source or is_harmless(source) else source.replace("<", "&lt;")


def is_harmless(html: str) -> bool:
    """Whether markup holds nothing but tags and attributes that show."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # what the parser can't read, a browser might
        return False
    return reader.harmless


class _Reader(HTMLParser):
    """Looks at every tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.harmless = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse what is not on the lists."""
        if tag not in TAGS:
            self.harmless = False
        for name, value in attrs:
            if name not in ATTRIBUTES or _runs(name, value or ""):
                self.harmless = False

    def handle_data(self, data: str) -> None:
        """Refuse what the contents of a style sheet could run."""
        if self.cdata_elem == "style" and any(word in data.lower() for word in (*RUNS, "url(")):
            self.harmless = False

    def handle_decl(self, decl: str) -> None:
        """A declaration has no business in a cell."""
        self.harmless = False

    def unknown_decl(self, data: str) -> None:
        """Nor has a marked section."""
        self.harmless = False


def _runs(name: str, value: str) -> bool:
    """Whether the value of an attribute could run something, or tell somebody whose page is open."""
    # the bytes of a picture or a sound are long, and only their beginning says what they are
    start = "".join((value[:60] if name == "src" else value).split()).lower()
    if name == "src":
        return not start.startswith(("data:image/", "data:audio/")) or "svg" in start[:20]
    if name == "href":
        return not start.startswith(("https://", "#"))
    return any(word in start for word in RUNS)


def _text(value: Any) -> str:
    """Text that a JSON file can hold."""
    return value.encode("utf-8", "replace").decode("utf-8") if type(value) is str else ""


def size_of(outputs: list[dict]) -> int:
    """How much room outputs take in a file, in bytes."""
    return len(json.dumps(outputs))
