// The bar at the bottom: shows what is in the player, on every page, and takes it along to the next one.

import { clock } from "./time.js";

const RATES = [0.75, 1, 1.25, 1.5, 2];
const KEPT = "companion.player";
const part = (name) => document.getElementById(`bar-${name}`);

/** Ties the bar to the player. */
export function showBar(player) {
  const bar = document.getElementById("bar");
  const place = part("place");
  let closed = false;

  player.addEventListener("clip", () => {
    const clip = player.clip;
    bar.hidden = closed || !clip;
    if (!clip) return;
    part("words").textContent = clip.words;
    part("words").href = clip.page;
    part("by").textContent = clip.by;
    part("name").textContent = clip.name ?? "";
    part("trouble").textContent = "";
    const mark = part("mark");
    mark.toggleAttribute("hidden", !clip.shape);
    if (clip.shape) mark.querySelector("use").setAttribute("href", `#${clip.shape}`);
    for (const element of [mark, part("name")]) {
      element.dataset.theme = clip.theme ?? "";
      element.dataset.kind = clip.kind ?? "";
    }
  });
  player.addEventListener("state", () => {
    const toggle = part("toggle");
    toggle.toggleAttribute("data-playing", player.playing);
    toggle.setAttribute("aria-label", player.playing ? "Pause" : "Play");
    part("rate").textContent = `${player.rate}×`;
    if (player.playing) {
      part("trouble").textContent = "";
      bar.hidden = closed = false;
    }
    draw();
  });
  player.addEventListener("place", draw);
  player.addEventListener("trouble", (event) => (part("trouble").textContent = event.detail));

  function draw() {
    const first = player.clip?.end != null ? player.clip.start : 0;
    const length = Math.max(player.end - first, 0);
    const gone = Math.min(Math.max(player.time - first, 0), length || Infinity);
    // this runs with every frame: what would not be seen is not drawn, since each change is a layout
    if (Number(place.max) !== (length || 1)) place.max = String(length || 1);
    if (Math.abs(gone - Number(place.value)) * 1000 > length) place.value = String(gone);
    const said = `${clock(gone)} of ${clock(length)}`;
    if (place.getAttribute("aria-valuetext") === said) return;
    place.setAttribute("aria-valuetext", said);
    part("now").textContent = clock(gone);
    part("length").textContent = clock(length);
  }

  place.addEventListener("input", () => {
    player.seek((player.clip?.end != null ? player.clip.start : 0) + Number(place.value));
  });
  place.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key]; // its own steps are of a tenth of a second
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    player.seek(player.time + by);
  });
  part("toggle").addEventListener("click", () => player.toggle());
  part("back").addEventListener("click", () => player.seek(player.time - 10));
  part("on").addEventListener("click", () => player.seek(player.time + 10));
  part("rate").addEventListener("click", () => step(player, 1, true));
  part("close").addEventListener("click", () => {
    closed = true; // until something is played
    player.empty();
    document.getElementById("main").focus({ preventScroll: true });
  });
}

/** The next speed up (1) or down (-1); `around` goes from the fastest back to the slowest. */
export function step(player, by, around = false) {
  const at = RATES.indexOf(player.rate) + by;
  player.rate = RATES[around ? (at + RATES.length) % RATES.length : Math.min(Math.max(at, 0), RATES.length - 1)];
}

/** Keeps what was played for the next page of this visit, not what only lies ready; nothing of it leaves the tab. */
export function keepBetweenPages(player) {
  let emptied = false;
  player.addEventListener("clip", () => (emptied ||= !player.clip));
  addEventListener("pagehide", () => {
    const { clip, time, chosen: rate, playing } = player;
    const before = emptied ? {} : { ...kept(), playing: false };
    const now = player.heard ? { clip, time, playing, at: Date.now() } : before;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...now, rate }));
    } catch {
      // no storage here: the next page begins with an empty player
    }
  });
}

/** What was in the player on the page before, or null. */
export function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null; // not ours, or no storage here: begin with an empty player
  }
}
