"""What a page looks like: which texts are too faint, and what is cut off, in each theme."""

import re

from playwright.sync_api import Page

THEMES = ("JupyterLab Dark", "JupyterLab Light")
FAINT_TEXTS = """root => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgb = (colours) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (parts) => parts.map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, k) => sum + part * [0.2126, 0.7152, 0.0722][k], 0);
    const faint = [];
    for (const element of root.querySelectorAll("*")) {
        const text = [...element.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join("");
        const isText = text || element.tagName === "INPUT";
        if (!isText || !element.checkVisibility() || element.closest("[aria-disabled=true]")) continue;
        const behind = [];
        for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
        const both = [rgb(behind), rgb([...behind, getComputedStyle(element).color])].map(luminance);
        const [low, high] = both.sort((a, b) => a - b);
        if ((high + 0.05) / (low + 0.05) < 4.5) faint.push(`${text}: ${((high + 0.05) / (low + 0.05)).toFixed(2)}`);
    }
    return faint;
}"""
TOO_WIDE = """root => [root, ...root.querySelectorAll("*:not(svg *)")]
    .filter(each => each.checkVisibility())
    .filter(each => each.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
    .map(each => each.outerHTML.slice(0, 80))"""


def choose_theme(page: Page, theme: str) -> None:
    """From JupyterLab's menu, and wait until the page has its colours."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.get_by_role("listitem").filter(has_text=re.compile("^Theme$")).hover()
    page.get_by_text(theme, exact=True).click()
    light = "true" if theme.endswith("Light") else "false"
    page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")
    page.wait_for_timeout(500)
