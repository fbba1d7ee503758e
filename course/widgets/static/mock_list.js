// The questions by their tasks, to go from one to another: one stop for Tab, and arrows within.
const STEPS_IN_LIST = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function makeTaskList() {
  const element = make("nav", { class: "mock-list", "aria-label": "Questions" });
  let buttons = new Map();
  let heads = [];
  element.addEventListener("keydown", (event) => {
    const all = [...buttons.values()];
    const step = STEPS_IN_LIST[event.key];
    const ends = { Home: 0, End: all.length - 1 };
    const to = step ? all.indexOf(document.activeElement) + step : ends[event.key];
    if (to === undefined) return;
    event.preventDefault();
    moveTab(all[clamp(to, 0, all.length - 1)]).focus();
  });
  const moveTab = (button) => {
    for (const each of buttons.values()) each.tabIndex = each === button ? 0 : -1;
    return button;
  };
  const build = (tasks) => {
    const numbers = tasks.flatMap((task) => task.items.map((item) => item.number));
    buttons = new Map(numbers.map((number) => [number, make("button", { type: "button", "data-number": number })]));
    heads = tasks.map(() => make("span", { class: "mock-points" }));
    const groups = tasks.map((task, place) =>
      make(
        "div", { class: "mock-part", role: "group", "aria-label": task.title },
        make("p", {}, make("strong", {}, task.title), " · ", heads[place], makeText("small", {}, task.about)),
        make("div", { class: "part-buttons" }, ...task.items.map((item) => buttons.get(item.number))),
      ),
    );
    element.replaceChildren(...groups);
  };
  return {
    element,
    show(tasks, page) {
      const items = tasks.flatMap((task) => task.items);
      if (String(items.map((item) => item.number)) !== String([...buttons.keys()])) build(tasks);
      element.hidden = tasks.length === 0;
      tasks.forEach((task, place) => (heads[place].textContent = task.points));
      for (const item of items) {
        const button = buttons.get(item.number);
        button.className = `quiz-${item.mark}`;
        button.setAttribute("aria-label", `Question ${item.number}, ${item.word}, ${item.points}`);
        button.title = `${item.word}, ${item.points}`;
        if (item.number === page) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
        button.replaceChildren(make("span", { class: "mock-sign", "aria-hidden": "true" }, item.sign), item.number);
      }
      if (items.length) moveTab(buttons.get(page) ?? buttons.get(items[0].number));
    },
  };
}
