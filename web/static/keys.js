// Keys for the player, only while it or the page itself has the focus; listed under "?", and switchable off.

import { step } from "./bar.js";
import { forget, read, write } from "./device.js";

const OFF = "keys.off";
const PLAYER = ".bar, .play, .timeline, .transcript, .chapters, .cue"; // what counts as the player

/** Listens for keys on the page. */
export function listenToKeys(player) {
  const dialog = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  on.checked = !read(OFF, false);
  on.addEventListener("change", () => (on.checked ? forget(OFF) : write(OFF, 1)));
  for (const opener of document.querySelectorAll("[data-keys]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
  }

  const withPlayer = {
    " ": () => player.toggle(),
    k: () => player.toggle(),
    j: () => player.seek(player.time - 10),
    l: () => player.seek(player.time + 10),
    ArrowLeft: () => player.seek(player.time - 5),
    ArrowRight: () => player.seek(player.time + 5),
    "<": () => step(player, -1),
    ">": () => step(player, 1),
    m: () => (player.element.muted = !player.element.muted),
  };
  const always = {
    q: () => document.querySelector(".transcript")?.dispatchEvent(new CustomEvent("companion:quote")),
    "/": () => document.getElementById("q").select(),
    "?": () => dialog.showModal(),
  };

  addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target;
    const typing = at.closest("input:not([type=range]), textarea, select, dialog, [contenteditable]");
    if (typing) return;
    const meant = at === document.body || at.id === "main" || at.closest(PLAYER) !== null;
    if (event.key === " " && at.closest("a, button, summary")) return; // space presses what has the focus
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = always[key] ?? (player.clip && meant ? withPlayer[key] : undefined);
    if (!action) return;
    event.preventDefault();
    action();
  });
}
