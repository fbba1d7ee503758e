// The time that is left: seen each second, and told to screen readers at a few moments only.
const TELL_AT = [1, 5, 10, 30];
const LATE = 5;

// `onEnd` is called each second from the end on, until the clock is stopped.
function makeClock(onEnd) {
  const face = make("span", { class: "mock-clock", role: "timer", "aria-label": "time left" });
  const told = make("span", { class: "mock-unseen", role: "status" });
  let ends = null;
  let ahead = 0;
  let before = null;
  let ticking = null;

  const secondsLeft = () => Math.max(Math.ceil((ends - ahead - Date.now()) / 1000), 0);
  const tick = () => {
    const seconds = secondsLeft();
    face.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} left`;
    face.classList.toggle("mock-late", seconds <= 60 * LATE);
    const minutes = TELL_AT.find((each) => before > 60 * each && seconds <= 60 * each);
    if (minutes) told.textContent = `${minutes} minute${minutes === 1 ? "" : "s"} left`;
    before = seconds;
    if (seconds === 0) onEnd();
  };
  const clock = {
    elements: [face, told],
    // by Python's clock, which may be another machine's
    set(end, now) {
      ahead = now - Date.now();
      if (end !== ends) {
        clock.stop();
        ends = end;
        before = null;
        if (ends !== null) ticking = setInterval(tick, 1000);
      }
      face.hidden = ends === null;
      if (ends !== null) tick();
    },
    stop() {
      clearInterval(ticking);
      ends = null;
    },
    get secondsLeft() {
      return ends === null ? Infinity : secondsLeft();
    },
  };
  return clock;
}
