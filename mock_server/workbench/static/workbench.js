// Fetches the parts of the page that have changed, sends forms, and lets clocks and spans tick.
"use strict";

const ROOT = "_mock/workbench/";
const query = document.body.dataset.query;
const live = document.getElementById("live");
const outcome = document.getElementById("outcome");
const waiting = new Set();
const busy = new Map();
let started = { now: 0, speed: 0, at: 0 };

const partOf = (name) => document.querySelector(`[data-part="${CSS.escape(name)}"]`);
const allParts = () => [...document.querySelectorAll("[data-part]")].map((it) => it.dataset.part);

// A part in which somebody types or chooses, or watches a film, is replaced afterwards.
function isInUse(part) {
  const focus = document.activeElement;
  const types = part.contains(focus) && focus.matches("input:not([type=hidden]), select, textarea");
  return types || [...part.querySelectorAll("video")].some((film) => !film.paused && !film.ended);
}

function scrolled(part) {
  const places = [...part.querySelectorAll("[data-scroll]")];
  return new Map(places.map((it) => [it.dataset.scroll, [it.scrollTop, it.scrollLeft]]));
}

function replace(part, html) {
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  const [places, open] = [scrolled(part), [...part.querySelectorAll("details[open][id]")]];
  // Parsed without running anything; the policy of the page forbids scripts in it as well.
  part.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  for (const it of part.querySelectorAll("[data-scroll]")) {
    const [top, left] = places.get(it.dataset.scroll) ?? [0, 0];
    it.scrollTop = top;
    it.scrollLeft = left;
  }
  for (const { id } of open) document.getElementById(id)?.setAttribute("open", "");
  if (focus) {
    const again = focus.id ? document.getElementById(focus.id) : null;
    const place = focus.dataset.scroll && part.querySelector(`[data-scroll="${focus.dataset.scroll}"]`);
    (again ?? (place || document.getElementById("main"))).focus({ preventScroll: true });
  }
}

async function refresh(name) {
  const part = partOf(name);
  if (!part) return;
  if ("reload" in part.dataset) return location.reload();
  if (isInUse(part)) return waiting.add(name);
  if (busy.has(name)) return busy.set(name, true);
  busy.set(name, false);
  try {
    const response = await fetch(`${ROOT}part/${name}?${query}`);
    if (response.status === 401) return location.reload();
    if (response.ok) {
      const html = await response.text();
      if (isInUse(part)) return waiting.add(name);
      replace(part, html);
      part.dataset.state = response.headers.get("X-Part-State");
      startClock();
    }
  } catch {
    isLive(false);
  } finally {
    const again = busy.get(name);
    busy.delete(name);
    if (again) refresh(name);
  }
}

function refreshWaiting() {
  for (const name of [...waiting]) {
    waiting.delete(name);
    refresh(name);
  }
}

// ------------------------------------------------------------------------------------ live
function isLive(is, text) {
  live.textContent = text ?? (is ? "live" : "not live");
  live.classList.toggle("on", is);
}

function listen() {
  const source = new EventSource(`${ROOT}events?${query}&parts=${allParts().join(",")}`);
  source.onopen = () => isLive(true);
  source.onmessage = ({ data }) => {
    for (const [name, state] of Object.entries(JSON.parse(data))) {
      const part = partOf(name);
      if (part && part.dataset.state !== state) refresh(name);
    }
  };
  source.onerror = () => {
    isLive(false);
    // A refused stream does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 10000);
  };
  addEventListener("pagehide", () => source.close(), { once: true });
}

// ----------------------------------------------------------------------------------- forms
async function send(form, button) {
  button?.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, button));
    const headers = { Accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body, headers });
    const json = (response.headers.get("content-type") ?? "").includes("json");
    const done = json ? await response.json() : { problem: await response.text() };
    say(done.problem ?? done.message, Boolean(done.problem));
    if (done.go) location.assign(done.go);
    if (!done.problem && form.dataset.act === "clear") form.reset();
  } catch {
    say("The server does not answer.", true);
  } finally {
    button?.removeAttribute("aria-busy");
    waiting.clear();
    if (document.activeElement?.form === form) document.activeElement.blur();
    allParts().forEach(refresh);
  }
}

function say(text, isProblem) {
  outcome.textContent = text;
  outcome.classList.toggle("problem", isProblem);
}

async function copy(button) {
  const text = button.closest("figure").querySelector("pre");
  try {
    await navigator.clipboard.writeText(text.textContent);
    say("Copied.", false);
  } catch {
    // Without permission the text is selected, to be copied by hand.
    getSelection().selectAllChildren(text);
  }
}

// ------------------------------------------------------------------------------------ time
function startClock() {
  const shown = document.getElementById("now");
  if (!shown) return;
  const { now, speed } = shown.dataset;
  started = { now: Number(now), speed: Number(speed), at: performance.now() };
}

function span(ms) {
  const units = [[86400000, "d"], [3600000, "h"], [60000, "min"], [1000, "s"]];
  const first = Math.max(0, units.findIndex(([size]) => ms >= size));
  if (ms < 60000) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  const [[size, unit], next] = [units[first], units[first + 1]];
  const rest = Math.floor((ms % size) / next[0]);
  return `${Math.floor(ms / size)} ${unit} ${String(rest).padStart(2, "0")} ${next[1]}`;
}

function tick() {
  if (!started.speed) return;
  const now = started.now + (performance.now() - started.at) * started.speed;
  const time = new Date(now).toISOString().slice(11, 19);
  for (const it of document.querySelectorAll("[data-now]")) it.textContent = time;
  for (const it of document.querySelectorAll("[data-ends]")) {
    it.textContent = span(Number(it.dataset.ends) - now);
  }
}

addEventListener("submit", (event) => {
  if (!("act" in event.target.dataset)) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
addEventListener("change", (event) => {
  if ("go" in event.target.dataset) event.target.form.submit();
});
addEventListener("focusout", () => setTimeout(refreshWaiting));
addEventListener("ended", refreshWaiting, true);
addEventListener("pause", refreshWaiting, true);
for (const here of document.querySelectorAll("nav [aria-current]")) {
  here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.clientWidth / 3;
}
startClock();
setInterval(tick, 250);
listen();
