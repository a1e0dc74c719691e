// Choosing a stretch to take out: over the waveform, its edges close by, its words shown, and hearing it before it goes.

import { player } from "./site.js";
import { exact, parseTime } from "./time.js";
import { Waveform } from "./waveform.js";

const PRESSED = 4; // seconds that one press chooses, without a drag
const CALM = 250; // milliseconds a stretch has to rest before its words are asked for
const wave = document.getElementById("wave");
const near = document.getElementById("near");
const goes = document.getElementById("goes");
const [from, to, marker] = ["start", "end", "marker"].map((name) => document.getElementById(name));
const hear = document.getElementById("hear");
const now = document.getElementById("now");
const first = document.getElementById("first"); // what has to be done before

if (wave && from) {
  const canvas = wave.querySelector("canvas");
  const chosen = wave.querySelector(".chosen");
  const seconds = Number(wave.dataset.seconds);
  const clip = (start, end) => ({ audio: wave.dataset.sound, start, end, words: "What would be taken out", by: "", page: location.pathname });
  const second = () => (player.clip?.audio === wave.dataset.sound ? player.time : null); // of this episode, as it came
  let loud = new Uint8Array();
  let close = null; // the stretch drawn large, once it is known how loud it is
  let timer = 0;
  let asked = 0;

  wave.hidden = hear.hidden = now.hidden = false;
  document.getElementById("look").hidden = true; // here they are shown by themselves
  addEventListener("resize", draw);
  draw();
  mark();
  // without it the waveform is an empty strip, on which a stretch can be chosen all the same
  fetch(wave.dataset.peaks).then(async (answer) => {
    if (!answer.ok) return;
    loud = new Uint8Array(await answer.arrayBuffer());
    close = new Waveform(near, loud, words);
    close.addEventListener("edges", ({ detail }) => set(detail.from, detail.to));
    close.addEventListener("seek", ({ detail }) => {
      player.load(clip(detail.second, null), detail.second);
      player.play();
    });
    player.addEventListener("place", () => close.place(second()));
    draw();
    mark();
  });

  let begun = null;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    begun = at(event);
    set(begun, Math.min(begun + PRESSED, seconds), 10);
  });
  canvas.addEventListener("pointermove", (event) => begun !== null && at(event) !== begun && set(begun, at(event), 10));
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
    first.hidden = second() !== null;
    if (first.hidden) marker.value = exact(second(), 10);
    else player.load(clip(0, null)); // what came along from another page is not heard here
    marker.focus();
  });

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * seconds;
  }
  /** Chooses the stretch between two seconds, told in tenths where a hand is no more exact. */
  function set(one, other, parts) {
    from.value = exact(Math.min(one, other), parts);
    to.value = exact(Math.max(one, other), parts);
    mark();
  }
  function typed() {
    return [from, to].map((field) => parseTime(field.value) ?? NaN);
  }
  function mark() {
    const [start, end] = typed();
    const whole = end > start && start < seconds;
    chosen.hidden = !whole;
    near.hidden = !whole || !close;
    if (whole) place(chosen, start, end);
    if (!near.hidden) close.show(start, Math.min(end, seconds));
    for (const cut of wave.querySelectorAll(".cut")) place(cut, Number(cut.dataset.start), Number(cut.dataset.end));
    clearTimeout(timer);
    timer = setTimeout(ask, CALM, start, end);
  }
  /** Shows what is said there, as the server knows it. */
  async function ask(start, end) {
    const turn = ++asked;
    if (!(end > start)) return goes.replaceChildren();
    const answer = await fetch(`${wave.dataset.asks}?${new URLSearchParams({ start, end })}`, { headers: { accept: "text/html" } }).catch(() => null);
    if (turn !== asked || !answer?.ok) return;
    const said = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("goes");
    if (turn !== asked || !said) return;
    goes.dataset.times = said.dataset.times ?? "";
    goes.replaceChildren(...said.childNodes);
  }
  /** The words between two seconds, as [[start, end], …], as far as they are shown. */
  function words(first, last) {
    const times = (goes.dataset.times || "").split(" ").filter(Boolean).map((time) => Number(time) / 100);
    const pairs = times.flatMap((time, number) => (number % 2 ? [[times[number - 1], time]] : []));
    return pairs.filter(([start, end]) => end > first && start < last);
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
