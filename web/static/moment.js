// A moment's own page: its words again and again, slower, or with what surrounds them; and handed on.

import { canShare, copy, share } from "./handon.js";
import { clipOf, player, sameClip } from "./site.js";

const REST = 900; // milliseconds of quiet before it is heard again
const SLOW = 0.75;
const signs = [...document.querySelectorAll(".one [data-play]")];
const loop = document.getElementById("loop");
const slower = document.getElementById("slower");
let waiting = 0;

const ours = () => signs.find((sign) => sameClip(player.clip, clipOf(sign)));
const usual = () => (player.chosen === SLOW ? 1 : player.chosen);
const isOn = (button) => button.getAttribute("aria-pressed") === "true";

if (loop && slower) {
  for (const button of [loop, slower]) button.hidden = false;
  loop.addEventListener("click", () => {
    loop.setAttribute("aria-pressed", String(!isOn(loop)));
    clearTimeout(waiting);
    if (isOn(loop) && !(player.playing && ours())) start();
  });
  slower.addEventListener("click", () => player.rateHere(isOn(slower) ? usual() : SLOW));
  player.addEventListener("state", () => {
    slower.setAttribute("aria-pressed", String(player.rate === SLOW));
    if (player.playing) clearTimeout(waiting);
  });
  player.addEventListener("clip", () => clearTimeout(waiting));
  player.addEventListener("end", () => {
    if (isOn(loop) && ours()) waiting = setTimeout(() => player.play(), REST);
  });
}

const hand = document.getElementById("hand-on");
const { title, quote, address } = hand.dataset;
hand.hidden = false;
hand.querySelector("[data-do=share]").hidden = !canShare;
hand.addEventListener("click", async (event) => {
  const wish = event.target.closest("[data-do]")?.dataset.do;
  if (!wish) return;
  if (wish === "share") return share(title, quote, address);
  const copied = await copy(wish === "link" ? address : `${quote}\n${address}`);
  hand.querySelector("[role=status]").textContent = copied ? "Copied" : `Copy it from here: ${address}`;
});

function start() {
  if (!ours()) player.load(clipOf(signs[0]));
  player.play();
}
