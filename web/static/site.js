// What the pages gain where scripts run: a player that stays, a transcript that follows, keys.

import { keepBetweenPages, kept, showBar } from "./bar.js";
import { made } from "./build.js";
import { listenToKeys } from "./keys.js";
import { placeOf, rememberPlaces } from "./places.js";
import { Player } from "./player.js";
import { offerRecent } from "./recent.js";
import { offerSuggestions } from "./search.js";
import { showSaved } from "./saved.js";
import { showSession } from "./session.js";
import { clock, fragmentOf } from "./time.js";
import { followTranscript, light } from "./transcript.js";

export const player = new Player(document.getElementById("bar-audio"));
showSaved(); // first: it draws signs of play, too
const buttons = [...document.querySelectorAll("[data-play]")];
const cue = document.querySelector(".cue [data-play]");
const transcript = document.querySelector(".transcript");
const timeline = document.querySelector("main .head .timeline");

/** What a play sign plays. */
export const clipOf = ({ dataset: d }) => ({
  audio: d.audio,
  start: Number(d.start),
  end: d.end === undefined ? null : Number(d.end),
  words: d.words,
  by: d.by,
  theme: d.theme,
  kind: d.kind,
  shape: d.shape,
  name: d.name,
  page: new URL(d.page ?? "", location.href).pathname,
});
/** Whether two clips are the same stretch of the same audio. */
export const sameClip = (one, other) =>
  one !== null && one.audio === other.audio && one.start === other.start && one.end === other.end;

showBar(player);
showSession(player);
keepBetweenPages(player);
rememberPlaces(player);
listenToKeys(player);
offerRecent();
offerSuggestions();

// every play sign on the page
for (const button of buttons) {
  button.dataset.page = button.getAttribute("href");
  button.setAttribute("role", "button");
  button.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    button.click();
  });
}
const isIn = (button) => {
  const clip = clipOf(button);
  return sameClip(player.clip, clip) || (button === cue && player.clip?.audio === clip.audio && player.clip.page === clip.page);
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-play]");
  if (!button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  if (isIn(button)) return player.toggle();
  const clip = clipOf(button);
  player.load(clip, whole && button === cue && !asksForTime ? placeOf(clip.audio) : clip.start);
  player.play();
});
const signs = () => {
  for (const button of buttons) button.toggleAttribute("data-playing", player.playing && isIn(button));
};
player.addEventListener("state", signs);
player.addEventListener("clip", signs);

// an episode's own page: its transcript, its timeline, and the second its address asks for
const whole = cue && transcript ? { ...clipOf(transcript), start: 0, end: null, page: location.pathname } : null;
const asksForTime = new URLSearchParams(location.search).has("t") || fragmentOf(location.hash) !== null;
/** Plays this page's episode from a second on; on other pages does nothing. */
export function playFrom(seconds) {
  if (!whole) return;
  if (!sameClip(player.clip, whole)) player.load(whole, seconds);
  else player.seek(seconds);
  player.play();
}
/** What pauses and resumes the following of this page's transcript; null where there is none to follow. */
export const following = transcript && followTranscript(player, transcript);
if (whole) {
  transcript.toggleAttribute("data-live", true);
  transcript.addEventListener("companion:play", (event) => playFrom(event.detail));
  document.addEventListener("click", (event) => {
    const seek = event.target.closest("[data-seek]");
    if (!seek || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    playFrom(Number(seek.dataset.seek));
  });
}
if (whole && timeline) {
  const seconds = Number(timeline.dataset.seconds);
  const head = timeline.querySelector(".head");
  timeline.toggleAttribute("data-live", true);
  timeline.addEventListener("click", (event) => {
    if (event.target.closest("[data-seek]")) return; // a mark plays from its own second
    const box = timeline.getBoundingClientRect();
    playFrom(((event.clientX - box.left) / box.width) * seconds);
  });
  player.addEventListener("place", () => {
    const far = player.clip?.audio === whole.audio ? Math.min((player.time / seconds) * 100, 100) : 0;
    const at = `${far.toFixed(1)}%`; // finer steps are not seen, and each is a layout
    if (head.getAttribute("x1") === at) return;
    head.setAttribute("x1", at);
    head.setAttribute("x2", at);
  });
}

// what to begin with: the second the address asks for, else what plays since the page before, else this page's episode,
// else what was played last
const before = kept();
const goesOn = Boolean(before?.playing) && Date.now() - before.at < 15_000;
const asked = fragmentOf(location.hash);
if (before) player.rate = before.rate;
if (whole) addEventListener("hashchange", () => cueUpAsked(fragmentOf(location.hash)));
if (whole && asked) cueUpAsked(asked);
else if (whole && asksForTime) cueUp(clipOf(cue));
else if (before?.clip && (goesOn || !whole || sameClip(before.clip, whole))) {
  player.load(before.clip, before.time);
  player.heard = true;
  if (goesOn) player.play().then((plays) => plays || player.clip !== before.clip || layReady()); // the browser may refuse
} else layReady();
if (whole) player.addEventListener("clip", () => player.clip || layReady());
if (whole && !asksForTime && placeOf(whole.audio)) offerToContinue(placeOf(whole.audio));

// the episode of this page, for the keys and the lock screen; it is gone with the page unless it is played
function layReady() {
  if (whole && !sameClip(player.clip, whole)) player.load(whole, placeOf(whole.audio));
}
function cueUpAsked(asked) {
  if (!asked) return;
  light(transcript, asked.start, asked.end ?? asked.start);
  cueUp({ ...clipOf(cue), ...asked });
}
function cueUp(clip) {
  player.load(clip);
  player.play();
  const line = transcript.querySelector(".linked, .line mark") ?? lineBefore(clip.start);
  line?.scrollIntoView({ block: "center" });
}
function offerToContinue(seconds) {
  const words = document.getElementById("begins");
  const usual = words.textContent;
  const again = made("button", { type: "button", class: "words", "data-seek": "0" }, "From the beginning");
  words.replaceChildren(`Continue at ${clock(seconds)}`, again);
  cue.setAttribute("aria-describedby", "begins");
  player.addEventListener("state", () => player.playing && isIn(cue) && (words.textContent = usual));
}
function lineBefore(seconds) {
  return [...document.querySelectorAll(".line")].findLast((line) => Number(line.dataset.s) <= seconds + 0.01);
}
