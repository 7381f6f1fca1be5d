// Keeps the page as the server has it. What was fetched is the truth; the stream of events only says when to fetch.
const PACE_MS = 1000; // thousands of events a second are one refresh a second
const SETTLE_MS = 150; // what belongs together happens together
const RESYNC_MS = 10000; // not everything is an event
const RETRY_MS = 2000;
const PATIENCE_MS = 8000;
const RECONNECT_MS = 3000; // a browser does so by itself, but not where it was answered with an error
const STREAM = "/api/v1/events/stream";

const state = { timer: null, busy: false, again: false, last: 0, good: new Date(), stream: null, opened: 0 };

class Gone extends Error {}

export function follow() {
  if (document.querySelector("[data-live]") === null) {
    show("live", "Ready");
    return;
  }
  document.body.addEventListener("autoclone:done", () => soon(0));
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : wake()));
  wake();
}

// A page that nobody sees asks for nothing: browsers allow few connections to one server.
function rest() {
  clearTimeout(state.timer);
  state.timer = null;
  state.stream?.close();
  state.stream = null;
  state.opened = 0;
}

function wake() {
  listen();
  soon(0);
}

function listen() {
  if (state.stream && state.stream.readyState !== EventSource.CLOSED) return;
  if (Date.now() < state.opened + RECONNECT_MS) return;
  state.opened = Date.now();
  const stream = new EventSource(STREAM);
  for (const type of document.body.dataset.events.split(" ")) stream.addEventListener(type, heard);
  // What happened before it was open, and between one and the next, it may not tell of.
  for (const change of ["open", "server", "gap", "cut", "error"]) stream.addEventListener(change, () => soon(SETTLE_MS));
  state.stream = stream;
}

function heard(event) {
  const parts = [...document.querySelectorAll("[data-live]")];
  const about = JSON.parse(event.data).parent;
  if (parts.some((part) => concerns(part, about))) soon(SETTLE_MS);
}

// A part that names DAGs is refreshed for those; one that names none, for all.
function concerns(part, name) {
  return part.dataset.about === undefined || part.dataset.about.split(" ").includes(name);
}

function soon(delay) {
  if (state.busy) {
    state.again = true;
    return;
  }
  const at = Math.max(Date.now() + delay, state.last + PACE_MS);
  if (state.timer && state.at <= at) return;
  clearTimeout(state.timer);
  state.at = at;
  state.timer = setTimeout(refresh, Math.max(0, at - Date.now()));
}

async function refresh() {
  state.timer = null;
  state.busy = true;
  state.again = false;
  let every = RESYNC_MS;
  try {
    for (const part of document.querySelectorAll("[data-live]")) {
      await renew(part);
      every = Math.min(every, Number(part.dataset.every ?? RESYNC_MS));
    }
    state.good = new Date();
    show("live", "Live");
    listen();
  } catch (error) {
    const gone = error instanceof Gone;
    every = gone ? RESYNC_MS : RETRY_MS;
    show(gone ? "gone" : "stale", `${gone ? "Not there any more" : "Stale"} since ${state.good.toLocaleTimeString("en-GB")}`);
  }
  state.busy = false;
  state.last = Date.now();
  if (!document.hidden) soon(state.again ? SETTLE_MS : every);
}

async function renew(part) {
  const answer = await fetch(part.dataset.live, {
    headers: { "HX-Request": "true", "HX-Target": part.id },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (answer.type === "opaqueredirect") {
    location.assign(part.dataset.live); // another server is primary now: the page goes there as a whole
    return;
  }
  if (answer.status === 404) throw new Gone(part.dataset.live);
  if (!answer.ok) throw new Error(`${part.dataset.live} answered ${answer.status}`);
  const text = await answer.text();
  if (document.getElementById(part.id)?.dataset.live !== part.dataset.live) return; // the person went elsewhere
  const template = document.createElement("template");
  template.innerHTML = text;
  for (const fresh of [...template.content.children]) {
    const old = document.getElementById(fresh.id);
    if (old) morph(old, fresh);
  }
  document.dispatchEvent(new Event("autoclone:refreshed"));
}

// What the person has opened, typed or gone to stays as it is.
function morph(old, fresh) {
  Idiomorph.morph(old, fresh, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    callbacks: {
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.matches("details, dialog")),
    },
  });
  htmx.process(document.getElementById(fresh.id) ?? document.body);
}

function show(name, text) {
  const live = document.getElementById("live");
  document.body.dataset.state = name;
  live.dataset.state = name;
  const words = document.getElementById("live-text");
  if (words.textContent !== text) words.textContent = text;
}
