// "Play all": the moments of a part of the page one after another, with a pause to let each of them sink in.

import { setTracks } from "./session.js";
import { clipOf, player, sameClip } from "./site.js";

const PAUSE = 2500; // milliseconds between two moments
const keysAreOn = () => document.getElementById("keys-on").checked;

class Playlist {
  #at = -1; // the number of the sign that plays, -1 while the list doesn't run
  #waiting = 0;

  constructor(panel) {
    this.panel = panel;
    this.signs = [...document.getElementById(panel.dataset.playlist).querySelectorAll("[data-play]")];
    this.status = panel.querySelector("[role=status]");
    for (const button of panel.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this[button.dataset.do]());
    }
    player.addEventListener("clip", () => this.#follow());
    player.addEventListener("state", () => player.playing && clearTimeout(this.#waiting));
    player.addEventListener("end", () => this.#rest());
    panel.hidden = this.signs.length === 0;
  }

  get running() {
    return this.#at >= 0;
  }

  toggle() {
    if (this.running) return this.stop(true);
    for (const other of lists) if (other.running) other.stop(false);
    this.#go(0);
  }

  next() {
    if (this.#at + 1 < this.signs.length) this.#go(this.#at + 1);
    else this.stop(true);
  }

  previous() {
    this.#go(Math.max(this.#at - 1, 0));
  }

  /** Ends the list; `quiet` says that the player is to be silent, too. */
  stop(quiet, said = "") {
    if (quiet) player.pause();
    this.#show(-1, said);
  }

  #go(number) {
    clearTimeout(this.#waiting);
    this.#show(number, `${number + 1} of ${this.signs.length}`);
    player.load(clipOf(this.signs[number]));
    player.play();
  }

  // somebody pressed another sign: if it is one of the list, the list goes on from there, otherwise it ends
  #follow() {
    if (!this.running || this.#isIn(this.#at)) return;
    const number = this.signs.findIndex((_, place) => this.#isIn(place));
    if (number < 0) this.stop(false);
    else this.#show(number, `${number + 1} of ${this.signs.length}`);
  }

  #rest() {
    if (!this.running || !this.#isIn(this.#at)) return;
    if (this.#at + 1 === this.signs.length) return this.stop(false, "That was the last one.");
    this.status.textContent = `${this.#at + 1} of ${this.signs.length}. The next one follows.`;
    this.#waiting = setTimeout(() => this.next(), PAUSE);
  }

  #isIn(number) {
    return sameClip(player.clip, clipOf(this.signs[number]));
  }

  #show(number, said) {
    clearTimeout(this.#waiting);
    this.#at = number;
    for (const [place, sign] of this.signs.entries()) {
      const shown = sign.closest(".moment");
      if (place === number) shown.setAttribute("aria-current", "true");
      else shown.removeAttribute("aria-current");
    }
    for (const button of this.panel.querySelectorAll("[data-do]")) {
      if (button.dataset.do === "toggle") button.textContent = this.running ? "Stop" : button.dataset.label;
      else button.hidden = !this.running;
    }
    this.panel.toggleAttribute("data-running", this.running);
    this.status.textContent = said;
    setTracks(this.running ? { next: () => this.next(), previous: () => this.previous() } : { next: null, previous: null });
  }
}

const lists = [...document.querySelectorAll("[data-playlist]")].map((panel) => new Playlist(panel));

addEventListener("keydown", (event) => {
  const running = lists.find((list) => list.running);
  if (!running || !keysAreOn() || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=range]), textarea, select, dialog, [contenteditable]")) return;
  const action = { n: () => running.next(), p: () => running.previous(), Escape: () => running.stop(true) }[
    event.key.length === 1 ? event.key.toLowerCase() : event.key
  ];
  if (!action) return;
  event.preventDefault();
  action();
});
