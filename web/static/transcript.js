// The transcript in step with the player: the line and word that are spoken, a click that plays from there, following.

import { split, wordAt } from "./words.js";

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const BRINK = 0.02; // seconds before the end of a stretch in which nothing more begins
const MOVING = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"];

/**
 * Ties a transcript to the player while its own episode is in it; gives what else may pause the following, and the line at
 * hand: the one that is spoken, or the first in sight.
 */
export function followTranscript(player, section) {
  let [lines, starts, ends] = [[], [], []];
  const look = () => {
    lines = [...section.querySelectorAll(".line")];
    starts = lines.map((line) => Number(line.dataset.s));
    ends = lines.map((line) => Number(line.dataset.e));
  };
  look();
  section.addEventListener("companion:lines", look); // some are others by now: at the desk, lines are corrected in place
  const resume = document.getElementById("resume");
  const address = new URL(section.dataset.audio, location.href).href;
  let now = null;
  let word = null;
  let following = true;

  const ours = () => player.clip !== null && player.element.src === address;
  const yieldTo = () => player.playing && ours() && setFollowing(false);

  section.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line || event.target.closest("a") || !getSelection().isCollapsed) return;
    split(line);
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest(".w");
    setFollowing(true);
    section.dispatchEvent(new CustomEvent("companion:play", { detail: Number(under?.dataset.s ?? line.dataset.s) }));
  });

  player.addEventListener("place", follow);
  player.addEventListener("clip", follow);
  // only what a reader does by hand ends the following, never our own scrolling or the page settling
  for (const name of ["wheel", "touchmove"]) {
    addEventListener(name, (event) => !event.ctrlKey && !elsewhere(event) && yieldTo(), { passive: true });
  }
  addEventListener("mousedown", (event) => event.clientX >= document.documentElement.clientWidth && yieldTo()); // the scrollbar
  addEventListener("keydown", (event) => MOVING.includes(event.key) && !elsewhere(event) && yieldTo());
  addEventListener("scroll", point, { passive: true });
  resume.addEventListener("click", () => {
    setFollowing(true);
    if (now) bring(now);
  });

  function follow() {
    const last = (player.clip?.end ?? Infinity) - BRINK; // what begins after a stretch is never the current one
    const line = ours() ? lineAt(Math.min(player.time, last)) : null;
    if (line !== now) {
      now?.classList.remove("now", "whole");
      now?.removeAttribute("aria-current");
      now = line;
      if (now) {
        now.classList.add("now");
        now.classList.toggle("whole", !now.dataset.w);
        now.setAttribute("aria-current", "true");
        split(now);
        if (following && player.playing && getSelection().isCollapsed) keepInView(now);
      }
      point();
    }
    const next = now && player.time < last ? wordAt(now, player.time) : null;
    if (next === word) return;
    word?.classList.remove("now");
    next?.classList.add("now");
    word = next;
  }

  function lineAt(time) {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= time + 0.01) low = middle + 1;
      else high = middle;
    }
    return low && time < ends[low - 1] + 1.5 ? lines[low - 1] : null; // a short pause still belongs to its line
  }

  function setFollowing(on) {
    following = on;
    resume.hidden = on || !ours();
    point();
  }

  // the arrow of "follow along" points to where the sound is
  function point() {
    if (!resume.hidden && now) resume.toggleAttribute("data-up", now.getBoundingClientRect().bottom < 0);
  }

  const inSight = (line) => line.getBoundingClientRect().top >= 0;
  return { pause: () => setFollowing(false), atHand: () => now ?? lines.find(inSight) };
}

/** Brings a part of the page to the middle of the window: gliding if it is near and motion is welcome. */
export function bring(target) {
  const { top } = target.getBoundingClientRect();
  const near = Math.abs(top - innerHeight / 2) < 2 * innerHeight; // far away, heights are only guessed until they are drawn
  target.scrollIntoView({ block: "center", behavior: near && !STILL.matches ? "smooth" : "auto" });
}

/** Lights the lines of a stretch that only the browser knows of, as the server does for one in the address. */
export function light(section, start, end) {
  for (const line of section.querySelectorAll(".line")) {
    const [from, to] = [Number(line.dataset.s), Number(line.dataset.e)];
    const shared = Math.min(to, end) - Math.max(from, start);
    line.classList.toggle("linked", shared > 0 && 2 * shared >= Math.min(to - from, end - start));
  }
}

function elsewhere(event) {
  return event.target.closest?.("input, dialog, .beside") !== null; // these move within themselves
}

function keepInView(line) {
  const box = line.getBoundingClientRect();
  const bar = document.getElementById("bar").getBoundingClientRect();
  if (box.top <= 90 || box.bottom >= bar.top - 60) bring(line);
}
