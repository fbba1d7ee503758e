// What is said to an answer: a sign and a word, what follows from it, the way there, and where to read again.
// `opens`: the way is shown at once, also to whoever may try again.
function makeReply({ opens = false } = {}) {
  const reply = make("div", { class: "quiz-reply", role: "status" });
  const solution = make("details", { class: "quiz-solution" });
  const read = make("p", { class: "quiz-read" });
  return {
    elements: [reply, solution, read],
    show(said) {
      reply.className = `quiz-reply quiz-${said?.mark ?? "none"}`;
      reply.replaceChildren();
      if (said) {
        const lines = said.says.map((line) => makeText("div", {}, line));
        reply.append(make("strong", {}, make("span", { "aria-hidden": "true" }, `${said.sign} `), said.word), ...lines);
      }
      solution.hidden = !said?.answer;
      solution.open = Boolean(said?.answer) && (opens || said.mark !== "wrong");
      const title = said?.mark === "shown" ? "Answer" : "Worked solution";
      solution.replaceChildren(make("summary", {}, title), makeText("div", { class: "quiz-text" }, said?.answer ?? ""));
      read.hidden = !said?.read;
      read.innerHTML = said?.read ? `Read again: ${said.read}` : "";
    },
  };
}

// The model answer of a derivation, and its points to mark one's own by.
function makeCovering({ html, choices }, onInput) {
  const points = makeChoices({ choices, several: true, legend: "Tick what your own derivation covers" });
  points.element.addEventListener("input", onInput);
  const model = makeText("div", { class: "quiz-text quiz-model", role: "region", "aria-label": "Model answer" }, html);
  return { points, elements: [model, points.element] };
}

// JupyterLab keeps a form's own Enter away from it; in a field of several lines it is Ctrl + Enter.
function submitByEnter(form) {
  form.addEventListener("keydown", (event) => {
    const lines = event.target.tagName === "TEXTAREA";
    if (event.key !== "Enter" || event.isComposing || event.target.tagName === "BUTTON") return;
    if (lines && !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  });
}

// Another name and another key for a button.
function rename(button, name, key) {
  button.setAttribute("aria-label", name);
  button.querySelector("span:not(.part-symbol)").textContent = name;
  button.querySelector("kbd").textContent = key;
  button.setAttribute("aria-keyshortcuts", key.replace("Ctrl ", "Control+"));
}
