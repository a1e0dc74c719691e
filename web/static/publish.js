// Choosing a stretch to take out: over the waveform with the mouse or a finger, and hearing it before it goes.

import { player } from "./site.js";
import { clock, parseTime } from "./time.js";

const wave = document.getElementById("wave");
const [from, to, marker] = ["start", "end", "marker"].map((name) => document.getElementById(name));
const hear = document.getElementById("hear");
const now = document.getElementById("now");

if (wave && from) {
  const canvas = wave.querySelector("canvas");
  const chosen = wave.querySelector(".chosen");
  const seconds = Number(wave.dataset.seconds);
  const clip = (start, end) => ({ audio: wave.dataset.sound, start, end, words: "What would be taken out", by: "", page: location.pathname });
  let loud = new Uint8Array();

  wave.hidden = hear.hidden = now.hidden = false;
  addEventListener("resize", draw);
  draw();
  mark();
  // without it the waveform is an empty strip, on which a stretch can be chosen all the same
  fetch(wave.dataset.peaks).then(async (answer) => {
    if (answer.ok) loud = new Uint8Array(await answer.arrayBuffer());
    draw();
  });

  let begun = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    begun = at(event);
  });
  canvas.addEventListener("pointermove", (event) => begun !== null && choose(begun, at(event)));
  canvas.addEventListener("pointerup", () => (begun = null));
  canvas.addEventListener("pointercancel", () => (begun = null));
  for (const field of [from, to]) field.addEventListener("input", mark);

  hear.addEventListener("click", () => {
    const [start, end] = typed();
    if (!(end > start)) return from.focus();
    player.load(clip(start, end));
    player.play();
  });
  now.addEventListener("click", () => {
    if (player.clip) marker.value = exact(player.time);
    else player.load(clip(0, null));
    marker.focus();
  });

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * seconds;
  }
  function choose(one, other) {
    from.value = exact(Math.min(one, other));
    to.value = exact(Math.max(one, other));
    mark();
  }
  function typed() {
    return [from, to].map((field) => parseTime(field.value) ?? NaN);
  }
  function mark() {
    const [start, end] = typed();
    chosen.hidden = !(end > start);
    if (!chosen.hidden) place(chosen, start, end);
    for (const cut of wave.querySelectorAll(".cut")) place(cut, Number(cut.dataset.start), Number(cut.dataset.end));
  }
  function place(element, start, end) {
    element.style.left = `${(Math.min(start, seconds) / seconds) * 100}%`;
    element.style.width = `${(Math.max(Math.min(end, seconds) - start, 0) / seconds) * 100}%`;
  }
  function draw() {
    const wide = canvas.clientWidth;
    const sharp = devicePixelRatio || 1;
    canvas.width = wide * sharp;
    canvas.height = 96 * sharp;
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    pen.fillStyle = getComputedStyle(canvas).color;
    for (let x = 0; x < wide; x += 2) {
      const part = loud.subarray(Math.floor((x / wide) * loud.length), Math.max(Math.ceil(((x + 2) / wide) * loud.length), 1));
      const height = Math.max((part.reduce((most, one) => Math.max(most, one), 0) / 255) * 88, 1);
      pen.fillRect(x, 48 - height / 2, 1.4, height);
    }
  }
}

/** 83.4 -> "1:23.4": to a tenth of a second, as precise as a hand on a waveform. */
function exact(seconds) {
  const tenths = Math.round(seconds * 10);
  return `${clock(Math.floor(tenths / 10))}.${tenths % 10}`;
}
