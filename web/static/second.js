// A second opinion by ear and by key: each moment plays as it comes, A accepts, R rejects, S skips it, P plays it again.

import { remember } from "./comes.js";
import { clipOf, player } from "./site.js";

const form = document.getElementById("opinion");
const sign = document.querySelector(".opinion [data-play]");
const auto = document.getElementById("auto");
const on = document.getElementById("keys-on");
const WIDE = matchMedia("(min-width: 48rem)");
let sent = false; // what is pressed until the next moment is there was not meant for this one

const keys = {
  a: () => decide("accept"),
  r: () => decide("reject"),
  s: () => sent || document.getElementById("skip")?.click(),
  p: () => hear(true),
};

const decide = (verdict) => form.requestSubmit(form.querySelector(`[value="${verdict}"]`));
function hear(aloud) {
  if (!sign) return;
  player.load(clipOf(sign));
  if (aloud) player.play();
  else player.pause(); // what may still go on is the moment before
}

form?.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => (sent = false));
document.addEventListener("keydown", (event) => {
  if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input:not([type=checkbox], [type=range]), textarea, select, dialog")) return;
  const action = keys[event.key.toLowerCase()];
  if (!form || !action) return;
  event.preventDefault();
  action();
});

if (form) {
  if (!WIDE.matches && document.querySelector(".said-so")) form.closest(".opinion").scrollIntoView(); // one came before it
  remember(auto, Boolean(sign));
  hear(auto.checked);
}
