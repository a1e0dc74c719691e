// The desk's review with scripts: decide and move on at once, hear each moment as it is reached, keys for everything.

import { remember } from "./comes.js";
import { showConflict } from "./conflict.js";
import { offerMissed, timesOf } from "./missed.js";
import { after, beside, caseOf, current, foresee, light } from "./reviewcases.js";
import { listenToReviewKeys } from "./reviewkeys.js";
import { Sending } from "./sending.js";
import { following, player, sameClip } from "./site.js";
import { exact } from "./time.js";
import { bring } from "./transcript.js";
import { tellWaiting } from "./waiting.js";
import { Waveform } from "./waveform.js";

const WIDE = matchMedia("(min-width: 64rem)");
const NOW_OR_LATER = new Set(["accept", "reject", "words"]); // what needs no new page to be seen
const DECIDES = new Set(["accept", "reject", "theme"]);
const SPREADS = new Set(["accept", "reject"]); // what near duplicates may be decided by, too
const WORDS = ["title", "note", "exercise"];
const TIMES = ["start", "end"];

const stage = document.getElementById("at");
const talk = document.getElementById("talk");
const form = document.getElementById("acts");
const missedForm = document.getElementById("missed");
const auto = document.getElementById("auto");
const trouble = document.getElementById("trouble");
const also = document.getElementById("also");
const sign = stage.querySelector(".sound .play");

const { user, undoable } = stage.dataset;
const address = missedForm.getAttribute("action");
const token = missedForm.elements.csrf.value;
const sending = new Sending(address, token, `companion.desk.waiting.${user}.${address}`, Number(undoable));
const missed = offerMissed(missedForm, talk);
let wave = null;
let refreshing = 0;
let sent = 0; // how many acts were given to be sent
let unseen = null; // what the server has changed and the page does not show yet: {to, why} of the next refresh
let finished = false; // all was decided by the last act: what is shown has its verdict
let refused = null; // the moment whose form stays as it was typed, since what it said was refused

talk.toggleAttribute("data-live", true);
if (!WIDE.matches) following?.pause(); // on a phone the moment at hand is above the talk, and stays in sight

// --- moving ---

/** Puts a moment at hand, at a person's wish; with `play`, it is heard. */
function go(id, { play = auto?.checked } = {}) {
  if (!caseOf(id)) return;
  saveWords();
  missed.back(); // its keys were meant for what is left behind
  trouble.textContent = also.textContent = "";
  refused = null;
  finished = false;
  arrive(put(id));
  hear(play);
}

/** Shows a moment as the one at hand, its form filled as known but for what is `typed` ({field: value}); gives its marks. */
function put(id, typed = {}) {
  const at = current();
  const next = caseOf(id);
  const d = next.dataset;
  if (at) at.hidden = true;
  next.hidden = false;
  for (const box of form.querySelectorAll(".near input")) box.checked = false; // what was ticked goes with its own moment
  const known = { moment: d.id, seen: d.seen, start: exact(Number(d.from)), end: exact(Number(d.to)), title: d.title, note: d.note, exercise: d.exercise };
  for (const [name, value] of Object.entries({ ...known, ...typed })) form.elements[name].value = value;
  const said = form.querySelector(".said-of");
  said.open = WORDS.some((name) => form.elements[name].value) || (at === next && said.open);
  for (const button of form.querySelectorAll(".as")) {
    if (button.value === d.theme) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const row of document.querySelectorAll("#queue a")) row.toggleAttribute("aria-current", row.dataset.go === id);
  stage.dataset.kind = d.kind;
  stage.dataset.theme = d.theme;
  wave?.show(Number(d.from), Number(d.to));
  wave?.place(second());
  history.replaceState(null, "", d.href.split("#")[0]);
  return light(id, d);
}

/** Brings another moment than before into sight, beside it its `marks` in the talk where there is room for both. */
function arrive(marks) {
  stage.scrollTop = 0;
  if (WIDE.matches && marks[0]) bring(marks[0]);
  else if (stage.getBoundingClientRect().top < 0) stage.scrollIntoView();
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
  label(what);
  player.load(what);
  if (play) player.play();
  else player.pause();
}
const label = ({ start, end, words, theme, kind, shape, name }) => Object.assign(sign.dataset, { start, end, words, theme, kind, shape, name });

/** Takes over the edges of the moment at hand; the sound goes on from where it is. */
function hearOn() {
  const what = clip();
  if (!what) return;
  const before = { audio: sign.dataset.audio, start: Number(sign.dataset.start), end: Number(sign.dataset.end) };
  label(what);
  if (!sameClip(player.clip, before) || player.time < what.start || player.time >= what.end) return;
  player.clip = what;
  player.dispatchEvent(new Event("clip"));
}
function skip() {
  const next = after(current().dataset.id) ?? beside(1);
  go(next.dataset.id);
}

// --- deciding ---

/** Sends an act about the moment at hand; a decision goes on to the next at once. */
function perform(name, extra = {}) {
  if (name === "undo") return send({ id: null, fields: [["act", "undo"]] });
  const at = current();
  if (!at) return;
  if (DECIDES.has(name) && finished && at.dataset.state !== "proposed") {
    also.textContent = "This one has its verdict, as all have. Choose it in the queue to change that, or take it back.";
    return;
  }
  const given = { act: name, ...extra };
  const ours = (field) => !["csrf", "act", "theme-chosen"].includes(field) && !field.startsWith("near.") && !(field in given);
  const fields = [...new FormData(form)].filter(([field]) => ours(field));
  const near = SPREADS.has(name) ? [...at.querySelectorAll(".near input:checked")].map((box) => [box.name, box.value]) : [];
  if (!send({ id: at.dataset.id, fields: [...fields, ...near, ...Object.entries(given)] })) return;
  const next = after(at.dataset.id);
  if (next) go(next.dataset.id);
  else {
    finished = true;
    stage.scrollTop = 0; // where it is said
    document.getElementById("done").hidden = false;
    player.pause();
  }
}

/** Puts an act on its way, and shows already what it will have changed; gives whether it decides. */
function send(act) {
  trouble.textContent = also.textContent = "";
  refused = null;
  sent++;
  const decides = foresee(act, user);
  sending.add(act);
  return decides;
}

/** What is written for the moment at hand and not sent yet: {field: value}. */
function unsent() {
  const d = current()?.dataset;
  if (!d || d.id !== form.elements.moment.value) return {};
  return Object.fromEntries(WORDS.map((name) => [name, form.elements[name].value]).filter(([name, value]) => value !== d[name]));
}
function saveWords() {
  if (Object.keys(unsent()).length) perform("words");
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

sending.addEventListener("adopted", ({ detail: { acts } }) => {
  const typed = unsent();
  for (const act of acts) foresee(act, user);
  if (form) put(current().dataset.id, typed);
  unseen ??= { to: null };
});
sending.addEventListener("done", ({ detail: { act, answer } }) => {
  const fields = new Map(act.fields);
  const name = fields.get("act");
  for (const one of answer.cases) {
    const ours = caseOf(one.id);
    if (ours && one.gone) unseen ??= { to: null }; // a near duplicate that the tagger has dropped since
    if (!ours || one.gone) continue;
    ours.dataset.seen = one.seen;
    if (form.elements.moment.value === one.id) form.elements.seen.value = one.seen;
    if (!DECIDES.has(name) || !one.by || one.by === user) continue;
    if (one.id === act.id) also.textContent = `${one.by} had ${one.state} the last one, too.`;
    else if (fields.has(`near.${one.id}`)) {
      also.textContent = `${one.by} had ${one.state} one that says nearly the same: that stands.`;
      unseen ??= { to: null };
    }
  }
  const to = ["undo", "add"].includes(name) && !sending.number ? (answer.cases.find((one) => !one.gone)?.id ?? null) : null;
  if (name === "words" && act.id === current()?.dataset.id) also.textContent = "Saved.";
  if (!NOW_OR_LATER.has(name)) unseen = { to, why: name };
  settle();
});
sending.addEventListener("refused", ({ detail: { act, message } }) => {
  if (caseOf(act.id)) {
    if (act.id !== current().dataset.id) {
      go(act.id, { play: false });
      const said = Object.fromEntries(act.fields);
      put(act.id, Object.fromEntries([...WORDS, ...TIMES].map((name) => [name, said[name]])));
    }
    refused = act.id;
    unseen ??= { to: null };
  }
  trouble.textContent = message;
  settle();
});
sending.addEventListener("stale", ({ detail: { html } }) => {
  showConflict(html, (act) => {
    unseen ??= { to: null };
    if (act) send(act);
    settle();
  });
});
sending.addEventListener("waiting", ({ detail }) => tellWaiting(document.getElementById("waiting"), detail));

/** Shows what the server has changed, once nothing is on its way to it any more. */
function settle() {
  if (!unseen || sending.number) return;
  const { to, why } = unseen;
  unseen = null;
  refresh(to, why);
}

/** Puts what the server now says in the place of what is shown; the moment at hand stays, or is the one with the id `to`. */
async function refresh(to, why) {
  const turn = ++refreshing;
  const before = sent;
  const query = new URLSearchParams(location.search);
  query.set("moment", to ?? current()?.dataset.id ?? "");
  const answer = await fetch(`${location.pathname}?${query}`, { headers: { accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) {
    unseen ??= { to, why }; // shown with what is changed next
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== refreshing) return;
  if (before !== sent) {
    // it may not know of what was decided meanwhile
    unseen ??= { to: null };
    return settle();
  }
  if (!fresh.getElementById("cases")) return location.reload();
  if (!form) return location.assign(`${location.pathname}?${query}`);
  const id = current().dataset.id;
  const typed = refused === id ? Object.fromEntries([...WORDS, ...TIMES].map((name) => [name, form.elements[name].value])) : unsent();
  for (const inner of ["cases", "left"]) swap(document.getElementById(inner), fresh.getElementById(inner));
  swap(document.querySelector("#queue ol"), fresh.querySelector("#queue ol"));
  document.querySelector("#queue summary").textContent = fresh.querySelector("#queue summary").textContent;
  for (const name of ["max", "value"]) document.getElementById("far")[name] = fresh.getElementById("far")[name];
  document.getElementById("done").hidden = fresh.getElementById("done").hidden;
  renew(fresh.getElementById("talk"));
  const moves = to && to !== id && caseOf(to) && !Object.keys(typed).length; // but not away from what is being written
  const there = moves ? to : caseOf(id) ? id : current().dataset.id; // what was made is gone when it is taken back
  const marks = put(there, there === id ? typed : {});
  if (there === id) return hearOn();
  arrive(marks);
  hear(Boolean(moves) && why !== "undo" && auto.checked);
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
// pressed by hand, a button has done its work: the next space plays, and presses nothing again
form?.addEventListener("click", (event) => event.detail && event.target.closest("button")?.blur());
missedForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = [...new FormData(missedForm, event.submitter)].filter(([name]) => name !== "csrf");
  missed.leave();
  send({ id: null, fields });
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
chooseBy(document.getElementById("views"));
if (auto) remember(auto, Boolean(sign));
addEventListener("pagehide", saveWordsForLater);
function saveWordsForLater() {
  if (form) saveWords(); // kept on the device, and sent with the next visit if there is no time now
}

listenToReviewKeys({ form, missed, missedForm, perform, edge, split, skip, second, back: () => go(beside(-1).dataset.id), hear, current });
if (form) {
  if (stage.dataset.peaks) draw();
  arrive(put(current().dataset.id));
  hear(auto.checked);
  if (!WIDE.matches) stage.scrollIntoView();
}
sending.begin();

/** Shows what is chosen by hand at once; who goes through a list by keys says when they are there, by Enter. */
function chooseBy(views) {
  let keys = false;
  views.addEventListener("pointerdown", () => (keys = false));
  views.addEventListener("keydown", (event) => {
    keys = true;
    if (event.key === "Enter" && event.target.tagName === "SELECT") views.requestSubmit();
  });
  views.addEventListener("change", () => keys || views.requestSubmit());
}

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
