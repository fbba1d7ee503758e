// The mock exam's half in the browser: it shows the page that lies open, and sends what is answered. It knows no answer.
const PATIENCE = 400;
const SAVE_AFTER = 400;
const HURRY = 3;
const HELP = [
  ["Enter", "keep the answer, and on to the next question"],
  ["Arrows, Space", "choose"],
  ["Ctrl + Enter", "the same from a field of several lines"],
  ["Arrows, Enter in the list", "go to any question"],
  ["Tab", "to the next control; in code it indents, and after Escape it leaves the field"],
];

export default {
  render({ model, el }) {
    let shown = {};
    let field = null;
    let points = null;
    // typed and not yet known to be kept; what of it is on its way
    let dirty = false;
    let sent = null;
    let queued = null;
    let saving = null;
    let waiting = null;

    const isBusy = () => root.getAttribute("aria-busy") === "true";
    const given = () => JSON.stringify(field.read());
    const draft = (final) => (dirty && field ? { number: shown.page.name, final, ...field.read() } : null);
    // one message in flight; what a hand wishes meanwhile comes next, and what it types is not lost
    const send = (wish, { final = false, ...more } = {}) => {
      if (isBusy()) {
        if (wish !== "keep") queued = () => send(wish, { final, ...more });
        return;
      }
      clearTimeout(saving);
      root.setAttribute("aria-busy", "true");
      waiting = setTimeout(() => (working.textContent = "Working … (if a cell of the notebook runs, the exam waits for it)"), PATIENCE);
      sent = dirty ? given() : null;
      model.send({ exam: shown.exam, wish, with: more, draft: draft(final) });
    };
    const changed = () => {
      dirty = true;
      kept.textContent = "";
      clearTimeout(saving);
      saving = setTimeout(() => send("keep"), clock.secondsLeft > HURRY ? SAVE_AFTER : 0);
    };
    const look = () => send("look");
    // whoever goes away leaves nothing behind
    const leavePage = () => dirty && model.send({ exam: shown.exam, wish: "keep", draft: draft(false) });

    // the head
    const title = make("strong", {});
    const told = make("span", { class: "quiz-told" });
    const clock = makeClock(look);
    const toHandIn = makeButton("Hand in …", null, () => send("go", { to: "hand in" }), { about: "See what is open, and hand in" });
    const toMarks = makeButton("All marks", null, () => send("go", { to: "marks" }));
    const message = make("p", { class: "mock-message", role: "status" });

    // the page
    const heading = make("div", { class: "mock-heading", role: "heading", "aria-level": "3", tabindex: "-1" });
    const about = make("p", { class: "quiz-about" });
    const text = make("div", { class: "quiz-text" });
    const form = make("form", { novalidate: true });
    const reply = makeReply({ opens: true });
    const kept = make("small", { class: "mock-kept" });
    const neighbour = (step) => {
      const numbers = shown.tasks.flatMap((task) => task.items.map((item) => item.number));
      return numbers[numbers.indexOf(shown.page.name) + step] ?? (shown.works ? "hand in" : "marks");
    };
    const goOn = () => send("leave", { to: neighbour(1) });
    const back = makeButton("Back", null, () => send("leave", { to: neighbour(-1) }), { symbol: "←" });
    const forward = makeButton("Next", "Enter", goOn, { symbol: "→" });
    const cover = makeButton("That is what mine says", "Enter", () => send("cover", { number: shown.page.name, places: points.read().places }));
    const buttons = make("div", { class: "part-buttons" }, cover, back, forward, kept);
    const main = (name, press) => {
      const button = makeButton(name, null, press);
      button.classList.add("quiz-main");
      return button;
    };
    const begin = main("Begin", () => send("begin"));
    const handIn = main("Hand in now", () => send("hand in"));
    const another = makeButton("Begin another exam …", null, () => send("another"));
    const onward = makeButton("Back to the questions", null, () => send("go", { to: firstOpen() }));
    const firstOpen = () => {
      const items = shown.tasks.flatMap((task) => task.items);
      return (items.find((item) => item.mark === "open") ?? items[0]).number;
    };
    const ends = make("div", { class: "part-buttons mock-ends" }, begin, handIn, onward, another);
    const list = makeTaskList();
    const working = make("p", { class: "quiz-working", role: "status" });
    cover.classList.add("quiz-main");

    const root = make(
      "div",
      { class: "resound-parts resound-quiz resound-mock", role: "group", "aria-label": "Mock exam", "aria-busy": "false" },
      make("div", { class: "part-bar" }, title, told, make("span", { class: "mock-gap" }), ...clock.elements, toHandIn, toMarks),
      message,
      make(
        "div", { class: "mock-body" },
        make("div", { class: "mock-page" }, heading, about, text, form, ...reply.elements, ends, working),
        list.element,
      ),
      makeHelp(HELP, form),
    );
    keepKeys(root);
    submitByEnter(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      (points ? cover : forward).click();
    });
    // once a field is left, it is told if its answer can't be read
    form.addEventListener("change", () => dirty && send("keep", { final: true }));
    root.addEventListener("click", ({ target }) => {
      const link = target.closest("[data-number]");
      if (link) send("go", { to: link.dataset.number });
    });

    const showPage = ({ page, works }) => {
      const question = model.get("question");
      about.hidden = form.hidden = !page.asks;
      field = page.asks ? makeField(question, changed) : null;
      points = null;
      heading.textContent = page.title;
      text.classList.toggle("quiz-over", !page.asks);
      text.innerHTML = page.asks ? question.html : page.html;
      if (!field) return form.replaceChildren();
      about.replaceChildren(...[page.points, ...question.about].filter(Boolean).map((word) => make("span", {}, word)));
      field.write(page.given);
      field.lock(!works);
      field.element.hidden = !works && !question.choices.length && !page.given.text;
      const covering = page.covers ? makeCovering(page.covers, () => {}) : null;
      points = covering?.points ?? null;
      form.replaceChildren(field.element, ...(covering?.elements ?? []), buttons);
      rename(forward, works && neighbour(1) === "hand in" ? "To the end" : "Next", keyOf(field, points));
    };
    const keyOf = ({ first }, covers) => (covers ? "" : first.tagName === "TEXTAREA" && shown.works ? "Ctrl Enter" : "Enter");

    const showButtons = ({ works, page, exam }) => {
      const asks = page.asks;
      toHandIn.hidden = !works || page.name === "hand in";
      toMarks.hidden = works || !exam || page.name === "marks";
      begin.hidden = page.name !== "begin";
      handIn.hidden = onward.hidden = page.name !== "hand in";
      another.hidden = page.name !== "marks";
      cover.hidden = points === null;
      forward.classList.toggle("quiz-main", cover.hidden);
      back.hidden = asks && neighbour(-1) === neighbour(Infinity);
      kept.hidden = !works;
    };

    const show = () => {
      const state = model.get("state");
      const before = shown;
      const hadFocus = root.contains(document.activeElement);
      if (sent !== null && state.kept && field) dirty = given() !== sent;
      sent = null;
      const key = ({ exam, works, page }) => JSON.stringify([exam, works, page?.name, Boolean(page?.covers)]);
      const isNew = key(before) !== key(state);
      if (isNew) leavePage();
      if (isNew) dirty = false;
      shown = state;
      clearTimeout(waiting);
      working.textContent = "";
      title.textContent = state.title;
      told.textContent = state.told;
      message.innerHTML = state.message;
      clock.set(state.ends, state.now);
      list.show(state.tasks, state.page.name);
      if (isNew) showPage(state);
      // another window has changed it
      else if (field && !dirty && given() !== JSON.stringify(normal(state.page.given))) field.write(state.page.given);
      reply.show(state.page.reply ?? null);
      showButtons(state);
      const isGiven = state.page.given?.text || state.page.given?.places.length;
      kept.textContent = !dirty && isGiven ? "✓ kept" : "";
      root.setAttribute("aria-busy", "false");
      if (hadFocus && isNew) moveFocus(state);
      const next = queued;
      queued = null;
      if (next) next();
      else if (dirty && state.kept) changed();
    };
    const normal = ({ text: typed, places }) => ({ text: typed, places });
    // to what is likely wanted next; a page that is to be read first is begun at its heading
    const moveFocus = ({ works, page }) => {
      const first = points?.first ?? (works ? field?.first : forward);
      (page.asks ? first : heading).focus({ preventScroll: true });
      heading.scrollIntoView({ block: "nearest" });
    };

    const onFocus = () => isBusy() || look();
    window.addEventListener("focus", onFocus);
    window.addEventListener("pagehide", leavePage);
    el.append(root);
    model.on("change:state", show);
    show();
    look();
    return () => {
      model.off("change:state", show);
      window.removeEventListener("focus", onFocus);
      window.removeEventListener("pagehide", leavePage);
      for (const timer of [waiting, saving]) clearTimeout(timer);
      clock.stop();
    };
  },
};
