// One message in flight, and only the newest kept: whatever a hand does, the kernel is asked for the last thing it wants.
function makeTurns(send) {
  let inFlight = false;
  let waiting = null;
  return {
    // ask for something; what was waiting before is not wanted any more
    ask(message) {
      if (inFlight) {
        waiting = message;
        return;
      }
      inFlight = true;
      send(message);
    },
    // the kernel has answered
    answered() {
      inFlight = false;
      if (waiting !== null) {
        const next = waiting;
        waiting = null;
        this.ask(next);
      }
    },
    get busy() {
      return inFlight;
    },
  };
}

// Until what was changed last is on the screen.
function painted() {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}
