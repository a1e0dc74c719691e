// The timer for taking turns: two people, minutes each, and a hand-over that is seen and said, never forced.

import { clock } from "./time.js";

/** Brings a timer section to life. Its state is one of ready, running, paused, over (a turn is), done (both were heard). */
export function takeTurns(section) {
  const find = (selector) => section.querySelector(selector);
  const [form, floor, ring, said] = [".who", ".floor", ".ring .left", "[role=status]"].map(find);
  const [go, swap] = ["[data-go]", "[data-swap]"].map(find);
  const named = (id) => document.getElementById(id).value.trim() || document.getElementById(id).placeholder;
  let names = [];
  let length = 0; // of a turn, in milliseconds
  let left = 0;
  let ends = 0; // when the running turn does, as the device's clock has it
  let turn = 0; // 0 and 1 are a round; names swap with every turn
  let ticking = 0;
  let sound = null;
  let awake = null;

  const state = () => section.dataset.state;
  const speaker = () => names[turn % 2];
  const listener = () => names[(turn + 1) % 2];

  function enter(name, words) {
    section.dataset.state = name;
    section.dataset.turn = String(turn % 2);
    clearInterval(ticking);
    if (name === "running") ticking = setInterval(tick, 200);
    stayAwake(name === "running");
    form.hidden = name !== "ready";
    floor.hidden = name === "ready";
    go.textContent = { running: "Pause", paused: "Go on", over: `${listener()} is ready`, done: "One more round" }[name] ?? "";
    swap.hidden = name === "over" || name === "done";
    find(".speaks").textContent = { over: `Thank you, ${speaker()}.`, done: "You were both heard." }[name] ?? `${speaker()} speaks`;
    find(".listens").textContent =
      {
        over: `${listener()}, say back what you heard, and ask: did I get it? Then it is your turn.`,
        done: "You can stop here, even if nothing is solved.",
        paused: "Paused. Take the time you need.",
      }[name] ?? `${listener()} only listens`;
    said.textContent = words;
    draw();
  }
  function draw() {
    find(".clock").textContent = clock(Math.ceil(left / 1000));
    ring.setAttribute("stroke-dashoffset", String(length ? 100 - (left / length) * 100 : 0));
  }
  function begin() {
    left = length;
    ends = Date.now() + left;
    enter("running", `${speaker()} speaks, ${listener()} only listens. ${length / 60_000} min.`);
  }
  function tick() {
    const before = left;
    left = Math.max(ends - Date.now(), 0);
    draw();
    if (before > 60_000 && left <= 60_000) said.textContent = `One minute left for ${speaker()}.`;
    if (left === 0) end();
  }
  function end() {
    left = 0;
    ringBell();
    if (turn % 2) enter("done", "That was the second turn. You were both heard.");
    else enter("over", `Time to hand over. ${listener()}, say back what you heard. Then it is your turn.`);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    names = ["turn-first", "turn-second"].map(named);
    length = Number(document.getElementById("turn-minutes").value) * 60_000;
    turn = 0;
    // made on the press of a button, or the browser would keep it silent
    sound = document.getElementById("turn-bell").checked ? new AudioContext() : null;
    begin();
    go.focus();
  });
  go.addEventListener("click", () => {
    if (state() === "running") {
      left = Math.max(ends - Date.now(), 0);
      enter("paused", "Paused.");
    } else if (state() === "paused") {
      ends = Date.now() + left;
      enter("running", `${speaker()} goes on.`);
    } else {
      turn += 1;
      begin();
    }
  });
  swap.addEventListener("click", () => {
    end();
    go.focus();
  });
  find("[data-over]").addEventListener("click", () => {
    enter("ready", "The timer is back at its beginning.");
    document.getElementById("turn-first").focus();
  });
  document.addEventListener("visibilitychange", () => stayAwake(state() === "running" && !document.hidden));
  section.hidden = false;

  // two soft tones, made here: no file, no request
  function ringBell() {
    if (!sound) return;
    for (const [pitch, loud] of [[528, 0.16], [1056, 0.05]]) {
      const [tone, volume] = [sound.createOscillator(), sound.createGain()];
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, sound.currentTime);
      volume.gain.linearRampToValueAtTime(loud, sound.currentTime + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + 2.5);
      tone.connect(volume).connect(sound.destination);
      tone.start();
      tone.stop(sound.currentTime + 2.6);
    }
  }
  // a phone that goes dark in the middle of a turn is no use; where it can't be asked, it goes dark
  async function stayAwake(on) {
    if (!on) {
      awake?.release();
      awake = null;
    } else if (!awake && "wakeLock" in navigator) {
      awake = await navigator.wakeLock.request("screen").catch(() => null);
      awake?.addEventListener("release", () => (awake = null));
    }
  }
}
