// The desk's review with scripts: decide and move on at once, hear each moment as it is reached, keys for everything.

import { showConflict } from "./conflict.js";
import { forget, read, write } from "./device.js";
import { offerMissed, timesOf } from "./missed.js";
import { listenToReviewKeys } from "./reviewkeys.js";
import { Sending } from "./sending.js";
import { following, player } from "./site.js";
import { bring } from "./transcript.js";
import { Waveform } from "./waveform.js";

const QUIET = "desk.quiet"; // set where moments are not to play as they come
const WIDE = matchMedia("(min-width: 64rem)");
const STATES = { accept: "accepted", reject: "rejected", theme: "rejected" };
const NOW_OR_LATER = new Set(["accept", "reject", "words"]); // what needs no new page to be seen

const stage = document.getElementById("at");
const talk = document.getElementById("talk");
const form = document.getElementById("acts");
const missedForm = document.getElementById("missed");
const left = document.getElementById("left");
const far = document.getElementById("far");
const auto = document.getElementById("auto");
const trouble = document.getElementById("trouble");
const sign = stage.querySelector(".sound .play");

const cases = () => [...document.querySelectorAll("#cases .case")];
const caseOf = (id) => cases().find((one) => one.dataset.id === id);
const current = () => cases().find((one) => !one.hidden) ?? null;
const address = missedForm.getAttribute("action");
const token = missedForm.elements.csrf.value;
const waiting = `companion.desk.waiting.${stage.dataset.user}.${address}`;
const sending = new Sending(address, token, waiting, Number(stage.dataset.undoable));
const missed = offerMissed(missedForm, talk);
let wave = null;
let refreshing = 0;

talk.toggleAttribute("data-live", true);
if (!WIDE.matches) following?.pause(); // on a phone the moment at hand is above the talk, and stays in sight

// --- moving ---

/** Puts a moment at hand; with `play`, it is heard. `keep` leaves what is typed, `fresh` says the server has just told it. */
function go(id, { play = auto?.checked, keep = false, fresh = false } = {}) {
  const next = caseOf(id);
  if (!next) return;
  if (!keep && !fresh) saveWords();
  for (const one of cases()) one.hidden = one !== next;
  const d = next.dataset;
  const fields = form.elements;
  for (const box of form.querySelectorAll(".near input")) box.checked = false;
  fields.moment.value = d.id;
  fields.seen.value = d.seen;
  fields.start.value = Number(d.from).toFixed(2);
  fields.end.value = Number(d.to).toFixed(2);
  if (!keep) {
    fields.title.value = d.title;
    fields.note.value = d.note;
    fields.exercise.value = d.exercise;
    form.querySelector(".said-of").open = Boolean(d.title || d.note || d.exercise);
  }
  for (const button of form.querySelectorAll(".as")) {
    if (button.value === d.theme) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const row of document.querySelectorAll("#queue a")) row.toggleAttribute("aria-current", row.dataset.go === id);
  stage.dataset.kind = d.kind;
  stage.dataset.theme = d.theme;
  const marks = lightMarks(id, d);
  wave?.show(Number(d.from), Number(d.to));
  history.replaceState(null, "", d.href.split("#")[0]);
  trouble.textContent = "";
  if (WIDE.matches && marks[0]) bring(marks[0]);
  hear(play);
}

function lightMarks(id, d) {
  const found = [];
  for (const mark of talk.querySelectorAll(".in")) {
    const ours = mark.dataset.of.split(" ").includes(id);
    mark.classList.toggle("here", ours);
    if (!ours) continue;
    mark.dataset.theme = d.theme;
    mark.dataset.kind = d.kind;
    found.push(mark);
  }
  return found;
}

/** The clip of the moment at hand: with its lead-in. */
function clip() {
  const d = current()?.dataset;
  if (!d?.start || !sign) return null;
  const words = current().querySelector("blockquote span").textContent;
  return { audio: sign.dataset.audio, start: Number(d.start), end: Number(d.end), words, by: d.by, theme: d.theme, kind: d.kind, shape: d.shape, name: d.name, page: d.href.split("#")[0] };
}
function hear(play = true) {
  const what = clip();
  if (!what) return;
  Object.assign(sign.dataset, { start: what.start, end: what.end, words: what.words, theme: what.theme, kind: what.kind, shape: what.shape, name: what.name });
  player.load(what);
  if (play) player.play();
  else player.pause();
}
const after = (id) => {
  const all = cases();
  const at = all.findIndex((one) => one.dataset.id === id);
  return [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find((one) => one.dataset.state === "proposed");
};
const beside = (by) => {
  const all = cases();
  return all[(all.indexOf(current()) + by + all.length) % all.length];
};
function skip() {
  const next = after(current().dataset.id) ?? beside(1);
  go(next.dataset.id);
}

// --- deciding ---

/** Sends an act about the moment at hand; a decision goes on to the next at once. */
function perform(name, extra = {}) {
  if (name === "undo") return send(null, [["act", "undo"]]);
  const at = current();
  if (!at) return;
  const id = at.dataset.id;
  const fields = [...new FormData(form)].filter(([field]) => !["csrf", "act", "theme-chosen"].includes(field));
  const said = Object.fromEntries(fields);
  const given = { act: name, ...extra };
  send(id, [...fields.filter(([field]) => !(field in given)), ...Object.entries(given)]);
  Object.assign(at.dataset, { title: said.title, note: said.note, exercise: said.exercise });
  if (!(name in STATES)) return;
  for (const box of at.querySelectorAll(".near input:checked")) mark(box.name.slice(5), STATES[name]);
  mark(id, extra["theme-chosen"] === at.dataset.theme ? "accepted" : STATES[name]);
  tellFar();
  const next = after(id);
  if (next) go(next.dataset.id);
  else {
    document.getElementById("done").hidden = false;
    player.pause();
  }
}
function send(id, fields) {
  trouble.textContent = "";
  sending.add({ id, fields });
}
function mark(id, state) {
  for (const one of document.querySelectorAll(`.case[data-id="${id}"], #queue [data-id="${id}"], .begun [data-go="${id}"]`)) one.dataset.state = state;
}
function tellFar(open = cases().filter((one) => one.dataset.state === "proposed").length) {
  if (new URLSearchParams(location.search).has("state") || new URLSearchParams(location.search).has("theme")) return;
  far.value = far.max - open;
  left.textContent = `${far.value} of ${far.max} decided`;
}
function saveWords() {
  const d = current()?.dataset;
  if (!d || d.id !== form.elements.moment.value) return;
  const { title, note, exercise } = form.elements;
  if (title.value !== d.title || note.value !== d.note || exercise.value !== d.exercise) perform("words");
}
const second = () => (player.clip?.audio === sign?.dataset.audio ? player.time : null);
function edge(name) {
  const at = second();
  if (at === null) trouble.textContent = "Play it first: an edge is set where the sound is.";
  else perform(name, { [name]: at.toFixed(2) });
}
function split() {
  const at = second();
  perform("split", at === null ? {} : { start: at.toFixed(2) });
}

// --- what comes back ---

sending.addEventListener("done", ({ detail: { act, answer } }) => {
  const name = Object.fromEntries(act.fields).act;
  for (const one of answer.cases) {
    const ours = caseOf(one.id);
    if (!ours || one.gone) continue;
    ours.dataset.seen = one.seen;
    if (form.elements.moment.value === one.id) form.elements.seen.value = one.seen;
  }
  if (NOW_OR_LATER.has(name) || sending.number) return;
  const to = ["undo", "add"].includes(name) ? (answer.cases.find((one) => !one.gone)?.id ?? null) : null;
  refresh(to, name);
});
sending.addEventListener("refused", ({ detail: { act, message } }) => {
  refresh(act.id).then(() => (trouble.textContent = message));
});
sending.addEventListener("stale", ({ detail: { html } }) => {
  showConflict(html, (act) => (act ? sending.add(act) : refresh(null)));
});
sending.addEventListener("waiting", ({ detail: { number, why } }) => {
  const box = document.getElementById("waiting");
  box.replaceChildren();
  if (!why || !number) return;
  const what = number === 1 ? "One decision waits" : `${number} decisions wait`;
  if (why === "network") box.append(`${what} here until the server can be reached. Go on; nothing is lost.`);
  else {
    const door = document.createElement("a");
    door.href = `/desk/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    door.textContent = "Log in again";
    box.append(`${what} on this device. `, door, " and they are sent.");
  }
});

/** Puts what the server now says in the place of what is shown; the moment at hand stays, or is the one with the id `to`. */
async function refresh(to, why = "") {
  const turn = ++refreshing;
  const query = new URLSearchParams(location.search);
  query.set("moment", to ?? current()?.dataset.id ?? "");
  const answer = await fetch(`${location.pathname}?${query}`, { headers: { accept: "text/html" } });
  if (!answer.ok || turn !== refreshing) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== refreshing) return;
  const moved = to ?? current()?.dataset.id; // they may have gone on meanwhile
  if (!fresh.getElementById("cases")) return location.reload();
  if (!form) return location.assign(`${location.pathname}?${query}`);
  for (const inner of ["cases", "left"]) swap(document.getElementById(inner), fresh.getElementById(inner));
  swap(document.querySelector("#queue ol"), fresh.querySelector("#queue ol"));
  document.querySelector("#queue summary").textContent = fresh.querySelector("#queue summary").textContent;
  far.max = fresh.getElementById("far").max;
  far.value = fresh.getElementById("far").value;
  document.getElementById("done").hidden = fresh.getElementById("done").hidden;
  renew(fresh.getElementById("talk"));
  const there = caseOf(moved) ? moved : current().dataset.id; // what was made is gone when it is taken back
  go(there, { play: Boolean(to) && why !== "undo" && auto.checked, keep: !to && there === moved, fresh: true });
}
/** Brings the talk up to date: what differs in its lines, or all of it where a colleague has changed the lines themselves. */
function renew(fresh) {
  const [old, now] = [talk, fresh].map((one) => [...one.querySelectorAll(".line, .begun")]);
  if (old.length === now.length && old.every((one, number) => one.dataset.w === now[number].dataset.w)) {
    for (const [number, one] of old.entries()) if (one.innerHTML !== now[number].innerHTML) swap(one, now[number]);
    return;
  }
  for (const part of talk.querySelectorAll(":scope > :not(#resume, #missed)")) part.remove();
  talk.prepend(...fresh.querySelectorAll(":scope > :not(#resume)"));
  talk.dispatchEvent(new CustomEvent("companion:lines"));
}
const swap = (old, fresh) => old.replaceChildren(...fresh.childNodes);

// --- by mouse, by touch and without a hand ---

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const by = event.submitter;
  if (by?.name === "theme-chosen") perform("theme", { "theme-chosen": by.value });
  else if (by?.value === "split") split();
  else perform(by?.value ?? "words");
});
missedForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = [...new FormData(missedForm, event.submitter)].filter(([name]) => name !== "csrf");
  missed.back();
  getSelection().removeAllRanges();
  send(null, fields);
});
document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const mark = event.target.closest(".in");
  const to = event.target.closest("[data-go]")?.dataset.go ?? (mark && getSelection().isCollapsed ? nextOf(mark) : null);
  if (event.target.closest("#skip")) skip();
  else if (event.target.closest("#back")) go(beside(-1).dataset.id);
  else if (to && caseOf(to)) go(to);
  else if (event.target.closest("[data-do=start]")) edge("start");
  else if (event.target.closest("[data-do=end]")) edge("end");
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
const nextOf = (mark) => {
  const ids = mark.dataset.of.split(" ").filter(caseOf);
  return ids[(ids.indexOf(current()?.dataset.id) + 1) % ids.length];
};
talk.addEventListener("companion:play", ({ detail }) => {
  if (!sign) return;
  player.load({ audio: sign.dataset.audio, start: detail, end: null, words: talk.dataset.words, by: talk.dataset.by, page: location.pathname }, detail);
  player.play();
});
for (const button of stage.querySelectorAll("[data-do=start], [data-do=end]")) button.hidden = !sign;
document.getElementById("views").addEventListener("change", (event) => event.currentTarget.requestSubmit());
if (auto) {
  auto.closest("label").hidden = !sign;
  auto.checked = !read(QUIET, false);
  auto.addEventListener("change", () => (auto.checked ? forget(QUIET) : write(QUIET, 1)));
}
addEventListener("pagehide", saveWordsForLater);
function saveWordsForLater() {
  if (form) saveWords(); // kept on the device, and sent with the next visit if there is no time now
}

if (form) {
  listenToReviewKeys({ form, missed, missedForm, perform, edge, split, skip, second, back: () => go(beside(-1).dataset.id), hear, current });
  if (stage.dataset.peaks) draw();
  go(current().dataset.id);
  if (!WIDE.matches) stage.scrollIntoView();
}
sending.run();

async function draw() {
  const answer = await fetch(stage.dataset.peaks);
  if (!answer.ok) return; // then there is none, and everything else works
  const words = (from, to) => [...talk.querySelectorAll(".line")].filter((line) => Number(line.dataset.e) > from && Number(line.dataset.s) < to).flatMap(timesOf);
  wave = new Waveform(document.getElementById("wave"), new Uint8Array(await answer.arrayBuffer()), words);
  wave.addEventListener("edges", ({ detail: { from, to } }) => perform("edges", { start: from.toFixed(2), end: to.toFixed(2) }));
  wave.addEventListener("seek", ({ detail }) => {
    player.load({ ...clip(), start: Math.min(detail.second, clip().start) }, detail.second);
    player.play();
  });
  player.addEventListener("place", () => wave.place(second()));
  const d = current().dataset;
  wave.show(Number(d.from), Number(d.to));
}
