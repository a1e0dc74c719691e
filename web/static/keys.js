// Keys for the player, only while nothing is being typed; listed under "?", and switchable off.

import { step } from "./bar.js";

const OFF = "companion.keys.off";

/** Listens for keys on the page. */
export function listenToKeys(player) {
  const dialog = document.getElementById("keys");
  const on = document.getElementById("keys-on");
  on.checked = localStorage.getItem(OFF) === null;
  on.addEventListener("change", () => {
    if (on.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
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
    "/": () => document.getElementById("q").select(),
    "?": () => dialog.showModal(),
  };

  addEventListener("keydown", (event) => {
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === " " && event.target.closest("a, button, summary")) return; // space presses what has the focus
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = always[key] ?? (player.clip ? withPlayer[key] : undefined);
    if (!action) return;
    event.preventDefault();
    action();
  });
}
