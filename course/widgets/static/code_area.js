// A text area for code: Tab indents, Enter keeps the indentation; Escape, then Tab leaves it, as the page's own Tab does.
const INDENT = "    ";

function makeCodeArea(attributes) {
  const area = make("textarea", { class: "part-code", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", ...attributes });
  let leaves = false;
  // as if typed, so that it can be undone
  const type = (text) => document.execCommand("insertText", false, text) || area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.addEventListener("keydown", (event) => {
    if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (event.key === "Tab" && plain && !leaves) {
      event.preventDefault();
      if (event.shiftKey) dedent(area, type);
      else type(INDENT);
    } else if (event.key === "Enter" && plain && !event.isComposing) {
      event.preventDefault();
      type(`\n${indentAfter(area.value.slice(0, area.selectionStart))}`);
    }
    leaves = event.key === "Escape";
  });
  area.addEventListener("blur", () => (leaves = false));
  return area;
}

// Of the line that would begin behind a text: one step more after a colon.
function indentAfter(before) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  return line.match(/^ */)[0] + (line.trimEnd().endsWith(":") ? INDENT : "");
}

// Take a step of indentation from the line of the cursor.
function dedent(area, type) {
  const at = area.selectionStart;
  const start = area.value.lastIndexOf("\n", at - 1) + 1;
  const spaces = area.value.slice(start).match(/^ {0,4}/)[0].length;
  if (spaces === 0) return;
  area.setSelectionRange(start, start + spaces);
  type("");
  area.setSelectionRange(Math.max(at - spaces, start), Math.max(at - spaces, start));
}
