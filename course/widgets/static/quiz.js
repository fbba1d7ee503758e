// The quiz's half in the browser: it shows what Python asks and says, and sends what is answered. It knows no answer.
const PATIENCE = 400;
const SAVE_AFTER = 300;
const HELP = [
  ["Enter", "answer, and on to the next question"],
  ["Arrows, Space", "choose"],
  ["Ctrl + Enter", "answer from a field of several lines"],
  ["Tab", "to the next control; in code it indents, and after Escape it leaves the field"],
];

export default {
  render({ model, el }) {
    let shown = {};
    let field = null;
    let points = null;
    let waiting = null;
    let saving = null;

    const isBusy = () => root.getAttribute("aria-busy") === "true";
    const given = () => (points ? { ...points.read(), text: field.read().text } : field ? field.read() : {});
    const send = (wish, more = {}) => {
      if (isBusy()) return;
      saveDraft();
      root.setAttribute("aria-busy", "true");
      waiting = setTimeout(() => (working.textContent = "Working … (if a cell of the notebook runs, the quiz waits for it)"), PATIENCE);
      model.send({ turn: model.get("state").turn, wish, with: more });
    };
    // what was typed stays where a page is loaded again
    const saveDraft = () => {
      clearTimeout(saving);
      if (!field) return;
      model.set("draft", { number: shown.number, ...given() });
      model.save_changes();
    };
    const changed = () => {
      clearTimeout(saving);
      saving = setTimeout(saveDraft, SAVE_AFTER);
    };

    // the round
    const lesson = make("select");
    const first = make("select");
    const begin = () => send("begin", { lesson: lesson.value, first: first.value });
    for (const select of [lesson, first]) select.addEventListener("change", begin);
    const bar = make("progress", { "aria-label": "answered in this round" });
    const told = make("span", { class: "quiz-told" });
    const finish = makeButton("End the round", null, () => send("finish"), { about: "See what was right, and what to read again" });

    // the question
    const about = make("p", { class: "quiz-about" });
    const text = make("div", { class: "quiz-text" });
    const form = make("form", { novalidate: true });
    const answer = makeButton("Answer", "Enter", () => {});
    answer.type = "submit";
    answer.classList.add("quiz-main");
    const giveUp = makeButton("Show me", null, () => send("give up"), { about: "Show the answer; it counts as not known" });
    const buttons = make("div", { class: "part-buttons" }, answer, giveUp);
    const asked = make("div", { class: "quiz-asked" }, about, text, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (isDone()) send("next");
      else send(field.compares && !points ? "compare" : "answer", given());
    });
    // what counts and is right, or was shown, needs no other answer
    const isDone = () => ["right", "shown"].includes(shown.reply?.mark) || (points !== null && shown.counted);

    // the reply
    const reply = makeReply();
    const next = makeButton("Next", "Enter", () => send("next"), { symbol: "→" });
    next.classList.add("quiz-main");
    const over = make("div", { class: "quiz-over quiz-text" });
    const again = makeButton("New round", "Enter", begin, { symbol: "↻" });
    again.classList.add("quiz-main");
    const working = make("p", { class: "quiz-working", role: "status" });

    const root = make(
      "div",
      { class: "resound-parts resound-quiz", role: "group", "aria-label": "Quiz", "aria-busy": "false" },
      make(
        "div", { class: "part-bar" },
        make("label", {}, "lesson ", lesson), make("label", {}, "first ", first),
        make("span", { class: "quiz-bar" }, bar, told), finish,
      ),
      asked, over, ...reply.elements, make("div", { class: "part-buttons quiz-next" }, next, again), working,
      makeHelp(HELP, form),
    );
    keepKeys(root);
    submitByEnter(form);

    const showRound = (round) => {
      fillOptions(lesson, round.lessons, round.lesson);
      fillOptions(first, round.firsts, round.first);
      bar.max = Math.max(round.all, 1);
      bar.value = round.done;
      told.textContent = round.told;
    };
    const showQuestion = ({ asks, number }) => {
      const question = model.get("question");
      points = null;
      asked.hidden = !asks;
      field = asks ? makeField(question, changed) : null;
      if (!field) return form.replaceChildren();
      field.compares = question.field === "words";
      about.replaceChildren(...question.about.filter(Boolean).map((word) => make("span", {}, word)));
      text.innerHTML = question.html;
      form.replaceChildren(field.element, buttons);
      if (model.get("draft").number === number) field.write(model.get("draft"));
    };
    const showPoints = (told, number) => {
      const covering = makeCovering(told, changed);
      points = covering.points;
      if (model.get("draft").number === number) points.write(model.get("draft"));
      form.replaceChildren(field.element, ...covering.elements, buttons);
    };
    const showReply = ({ reply: said, counted, points: told }) => {
      reply.show(said);
      next.hidden = !counted || !shown.asks;
      field?.lock(isDone() || told !== null);
      points?.lock(isDone());
      buttons.hidden = isDone();
      giveUp.hidden = counted || told !== null;
      rename(answer, nameOfAnswer(counted, told), field?.first.tagName === "TEXTAREA" && !told ? "Ctrl Enter" : "Enter");
    };

    const nameOfAnswer = (counted, told) => {
      if (field?.compares) return told ? "That is what mine says" : "Show the model answer";
      return counted ? "Answer again" : "Answer";
    };

    const show = () => {
      const state = model.get("state");
      const before = shown;
      const hadFocus = root.contains(document.activeElement);
      shown = state;
      clearTimeout(waiting);
      working.textContent = "";
      showRound(state.round);
      const isNew = before.number !== state.number || before.asks !== state.asks;
      if (isNew) showQuestion(state);
      const opens = state.points !== null && points === null;
      if (opens) showPoints(state.points, state.number);
      showReply(state);
      over.hidden = state.asks;
      over.innerHTML = state.over;
      again.hidden = finish.hidden = true;
      (state.asks ? finish : again).hidden = false;
      root.setAttribute("aria-busy", "false");
      if (hadFocus) moveFocus(state, isNew, opens);
    };
    // to what is likely wanted next, for those who have no mouse; nobody else's focus is taken
    const moveFocus = (state, isNew, opens) => {
      if (!state.asks) again.focus();
      else if (opens) points.first.focus();
      else if (isNew) {
        if (document.activeElement !== lesson && document.activeElement !== first) field.first.focus();
      } else if (state.counted) {
        next.focus({ preventScroll: true });
        reply.elements[0].scrollIntoView({ block: "nearest" });
      } else if (!root.contains(document.activeElement)) field.first.focus();
    };

    el.append(root);
    model.on("change:state", show);
    show();
    return () => {
      model.off("change:state", show);
      clearTimeout(waiting);
      clearTimeout(saving);
    };
  },
};

function fillOptions(select, options, chosen) {
  const there = options.filter(([, title]) => title);
  if (select.options.length !== there.length) {
    select.replaceChildren(...there.map(([value, title]) => make("option", { value }, title)));
  }
  select.value = there.some(([value]) => value === chosen) ? chosen : there[0]?.[0];
}
