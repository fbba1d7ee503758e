// A microphone, a file or a clip of the course, sent to Python in numbered chunks; and what Python holds, to be heard.

// Runs beside the page, where nothing that the page does can make it lose a sample. Samples are gathered to chunks;
// the last chunk says why it is the last.
const GATHERER = `
const CHUNK = 4096;
registerProcessor("gatherer", class extends AudioWorkletProcessor {
  constructor({ processorOptions }) {
    super();
    this.left = processorOptions.samples;
    this.chunk = new Float32Array(CHUNK);
    this.filled = 0;
    this.ended = false;
    this.port.onmessage = ({ data }) => this.end(data);
  }
  process([[samples]]) {
    if (!this.ended && samples !== undefined) this.gather(samples.subarray(0, this.left));
    return !this.ended;
  }
  gather(samples) {
    if (this.filled + samples.length > CHUNK) this.post(null);
    this.chunk.set(samples, this.filled);
    this.filled += samples.length;
    this.left -= samples.length;
    if (this.left === 0) this.end("limit");
  }
  end(why) {
    if (!this.ended) this.post(why);
    this.ended = true;
  }
  post(why) {
    const samples = this.chunk.slice(0, this.filled);
    this.port.postMessage({ samples, why }, [samples.buffer]);
    this.filled = 0;
  }
});`;

const INSTEAD = "Or upload a sound file, or choose a clip.";
const TROUBLES = {
  NotAllowedError:
    "The microphone is denied to this page. Allow it (by the sign beside the page's address), and press Record again.",
  NotFoundError: "No microphone was found. Plug one in, and press Record again.",
  NotReadableError: "The microphone cannot be read. Does another program use it? Close that, and press Record again.",
  Insecure:
    "On this page the browser offers no microphone: it does so only where the address begins with https:// or with " +
    "http://localhost. Open the notebook so.",
};
const QUIETEST = -60;
// far below the size of a message at which a server of notebooks closes the connection
const PIECE = 2 ** 20;

function explain(trouble) {
  const known = TROUBLES[trouble.name] ?? `The recording could not begin (${trouble.name}: ${trouble.message}).`;
  return `${known} ${INSTEAD}`;
}

// Open the microphone as it is, without what telephones do to a voice; `hear` gets each chunk.
async function openMicrophone(seconds, hear) {
  if (navigator.mediaDevices?.getUserMedia === undefined) throw new DOMException("no media devices", "Insecure");
  const raw = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: raw });
  const context = new AudioContext();
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    if (context.state !== "closed") context.close();
  };
  try {
    const gatherer = await connect(context, stream, Math.floor(seconds * context.sampleRate));
    gatherer.port.onmessage = ({ data }) => hear(data.samples, data.why);
    const end = (why) => gatherer.port.postMessage(why);
    stream.getAudioTracks()[0].onended = () => end("lost");
    return { rate: context.sampleRate, end, close };
  } catch (trouble) {
    close();
    throw trouble;
  }
}

async function connect(context, stream, samples) {
  const address = URL.createObjectURL(new Blob([GATHERER], { type: "text/javascript" }));
  try {
    await context.audioWorklet.addModule(address);
  } finally {
    URL.revokeObjectURL(address);
  }
  const options = { channelCount: 1, channelCountMode: "explicit", processorOptions: { samples } };
  const gatherer = new AudioWorkletNode(context, "gatherer", options);
  // its output is silent, but some browsers run only what leads to the loudspeaker
  context.createMediaStreamSource(stream).connect(gatherer).connect(context.destination);
  return gatherer;
}

// The browser reads kinds of files that Python cannot: the first `seconds` of one, its channels mixed to one.
async function decodeHere(bytes, seconds) {
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
  const samples = new Float32Array(Math.min(sound.length, Math.floor(seconds * sound.sampleRate)));
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const some = sound.getChannelData(channel);
    for (let n = 0; n < samples.length; n++) samples[n] += some[n] / sound.numberOfChannels;
  }
  return { samples, rate: sound.sampleRate, why: samples.length < sound.length ? "limit" : "whole" };
}

let transfers = 0;

// A sound on its way to Python: samples if there is a rate, else the bytes of a file.
function startTransfer(model, file, rate) {
  const transfer = ++transfers;
  let number = 0;
  model.send({ kind: "begin", transfer, file, rate });
  return {
    transfer,
    add(buffer) {
      for (let start = 0; start < buffer.byteLength; start += PIECE) {
        const piece = buffer.slice(start, start + PIECE);
        model.send({ kind: "chunk", transfer, number: number++ }, undefined, [piece]);
      }
    },
    end(why) {
      model.send({ kind: "end", transfer, chunks: number, why });
    },
  };
}

const CONTROLS = `
  <div class="resound-row">
    <button type="button" class="record"><span class="sign" aria-hidden="true">●</span> <span class="name">Record</span></button>
    <button type="button" class="play" disabled>Play</button>
    <button type="button" class="discard" disabled>Discard</button>
    <span class="left" role="timer" aria-label="Time left"></span>
  </div>
  <div class="resound-row">
    <label>Level in dBFS <meter min="${QUIETEST}" low="-40" optimum="-20" high="-1" max="0" value="${QUIETEST}"></meter></label>
    <span class="reading" aria-hidden="true"></span>
  </div>
  <div class="resound-row">
    <label>Or a sound file <input type="file" accept="audio/*"></label>
    <label>Or a clip <select><option value="">none</option></select></label>
  </div>
  <p role="status"></p>`;

function build(el, clips) {
  const root = document.createElement("div");
  root.className = "resound-recorder";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Recorder");
  root.innerHTML = CONTROLS;
  // a key that is pressed on a control is not for the notebook, which would move to the next cell by an arrow
  for (const control of root.querySelectorAll("button, input, select")) control.dataset.lmSuppressShortcuts = "true";
  const find = (selector) => root.querySelector(selector);
  const parts = {
    root,
    record: find(".record"),
    play: find(".play"),
    discard: find(".discard"),
    left: find(".left"),
    meter: find("meter"),
    reading: find(".reading"),
    file: find("input"),
    clip: find("select"),
    status: find("[role=status]"),
  };
  for (const name of clips) parts.clip.add(new Option(name));
  el.append(root);
  return parts;
}

function render({ model, el }) {
  const seconds = model.get("seconds");
  const parts = build(el, model.get("clips"));
  const player = makePlayer();
  let state = "idle"; // or "asking" for the microphone, or "recording"
  let microphone = null;
  let recording = null; // on its way to Python
  let upload = null; // the file that Python is to read
  let held = null; // what Python holds
  let removed = false;

  const tell = (text) => (parts.status.textContent = text);

  function show(now = state) {
    state = now;
    const idle = state === "idle";
    parts.record.querySelector(".name").textContent = state === "recording" ? "Stop" : "Record";
    parts.record.querySelector(".sign").textContent = state === "recording" ? "■" : "●";
    parts.play.disabled = !idle || held === null;
    parts.discard.disabled = !idle || held === null || held.clip !== null;
    parts.file.disabled = parts.clip.disabled = !idle;
    if (idle) showLevel(0, seconds);
  }

  function showLevel(peak, left) {
    const level = Math.max(QUIETEST, 20 * Math.log10(peak));
    parts.meter.value = level;
    const loud = peak >= 1 - 1 / 32768 ? ": too loud" : "";
    parts.reading.textContent = state === "recording" ? `${level.toFixed(0)} dBFS${loud}` : "";
    parts.left.textContent = state === "recording" ? `${left.toFixed(1)} s left` : `up to ${seconds} s`;
  }

  async function begin() {
    stopPlaying();
    show("asking");
    tell("Asking for the microphone: the browser may want your permission.");
    let left = seconds;
    const hear = (samples, why) => {
      // what was gathered before a refusal may still be on its way
      if (state !== "recording") return;
      recording.add(samples.buffer);
      left -= samples.length / microphone.rate;
      showLevel(samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0), left);
      if (why !== null) finish(why);
    };
    try {
      microphone = await openMicrophone(seconds, hear);
    } catch (trouble) {
      show("idle");
      tell(explain(trouble));
      return;
    }
    if (removed) {
      microphone.close();
      return;
    }
    recording = startTransfer(model, null, microphone.rate);
    show("recording");
    showLevel(0, seconds);
    tell("Recording. Stop ends it.");
  }

  function finish(why) {
    microphone.close();
    recording.end(why);
    show("idle");
    tell("Handing over to Python …");
  }

  async function sendFile(file) {
    tell(`Reading ${file.name} …`);
    const largest = model.get("_largest_file");
    if (file.size > largest) {
      tell(`${file.name} is too large: at most ${largest / 2 ** 20} MiB can be uploaded. Choose a shorter sound.`);
      return;
    }
    let bytes;
    try {
      bytes = await file.arrayBuffer();
    } catch (trouble) {
      tell(`${file.name} cannot be read (${trouble.name}). Choose another file.`);
      return;
    }
    const { transfer, add, end } = startTransfer(model, file.name, null);
    upload = { transfer, name: file.name, bytes };
    add(bytes);
    end("whole");
  }

  async function decodeAndSend({ name, bytes }, refusal) {
    let decoded;
    try {
      decoded = await decodeHere(bytes, seconds);
    } catch {
      tell(refusal);
      return;
    }
    const { add, end } = startTransfer(model, name, decoded.rate);
    add(decoded.samples.buffer);
    end(decoded.why);
  }

  function togglePlaying() {
    if (parts.play.textContent !== "Play") stopPlaying();
    else if (player.play(held.samples, held.rate, stopPlaying)) parts.play.textContent = "Stop playing";
  }

  function stopPlaying() {
    player.stop();
    parts.play.textContent = "Play";
  }

  function receive(content, buffers) {
    if (content.kind === "sound") {
      stopPlaying();
      held = { ...content, samples: toFloats(buffers[0]) };
      parts.clip.value = held.clip ?? "";
      show();
      if (state === "idle") tell(held.caption);
    } else if (content.kind === "refused") {
      if (state === "recording") microphone.close();
      if (state === "recording") show("idle");
      tell(content.message);
    } else if (content.kind === "undecoded" && content.transfer === upload?.transfer) {
      decodeAndSend(upload, content.message);
    }
  }

  parts.record.onclick = () => {
    wakeSound();
    if (state === "idle") begin();
    else if (state === "recording") microphone.end("stopped");
  };
  parts.play.onclick = () => {
    wakeSound();
    togglePlaying();
  };
  parts.discard.onclick = () => {
    model.send({ kind: "discard" });
    // it is about to be disabled: a keyboard must not lose its place
    parts.record.focus();
  };
  parts.file.onchange = () => {
    if (parts.file.files.length > 0) sendFile(parts.file.files[0]);
    // so that the same file can be chosen again
    parts.file.value = "";
  };
  parts.clip.onchange = () => {
    if (parts.clip.value !== "") model.send({ kind: "clip", name: parts.clip.value });
    else parts.clip.value = held?.clip ?? "";
  };

  model.on("msg:custom", receive);
  show();
  model.send({ kind: "hello" });
  return () => {
    removed = true;
    model.off("msg:custom", receive);
    stopPlaying();
    microphone?.close();
  };
}

export default { render };
