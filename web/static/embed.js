// The small player on other people's pages: one moment, played and stopped on time. It keeps nothing.

import { Player } from "./player.js";
import { clock } from "./time.js";

const toggle = document.getElementById("toggle");
const far = document.getElementById("far");
const now = document.getElementById("now");

if (toggle) {
  const player = new Player(new Audio());
  const clip = { audio: toggle.dataset.audio, start: Number(toggle.dataset.start), end: Number(toggle.dataset.end) };
  const length = clip.end - clip.start;

  for (const part of [toggle, far, now]) part.hidden = false;
  toggle.addEventListener("click", () => {
    if (!player.clip) player.load(clip); // only now: a page with ten players fetches no audio by itself
    player.toggle();
  });
  player.addEventListener("state", () => {
    toggle.toggleAttribute("data-playing", player.playing);
    toggle.setAttribute("aria-label", player.playing ? "Pause" : "Hear it");
  });
  player.addEventListener("place", () => {
    const gone = Math.min(Math.max(player.time - clip.start, 0), length);
    far.value = gone / length;
    now.textContent = `${clock(gone)} / ${clock(length)}`;
  });
  player.addEventListener("trouble", (event) => (document.getElementById("trouble").textContent = event.detail));
}
