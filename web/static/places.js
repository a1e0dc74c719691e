// How far each episode was heard, kept on this device, so that it can be continued where it was left.

import { read, write } from "./device.js";

const NAME = "places";
const EARLIEST = 20; // seconds: who stops before has not begun
const LAST = 30; // seconds before the end: who stops after has heard it
const EVERY = 5000; // milliseconds between two notes while it plays
const MOST = 200; // episodes remembered, the newest

/** Remembers how far whole episodes are heard; a moment that is played does not move an episode's place. */
export function rememberPlaces(player) {
  let noted = 0;
  const note = () => {
    const { clip, time, end } = player;
    if (!clip || clip.end !== null || !end || !player.element.played.length) return;
    noted = Date.now();
    const { [clip.audio]: _, ...others } = places();
    const rest = Object.entries(others).slice(-MOST + 1);
    if (time >= EARLIEST && time <= end - LAST) rest.push([clip.audio, Math.floor(time)]);
    write(NAME, Object.fromEntries(rest));
  };
  player.addEventListener("place", () => player.playing && Date.now() - noted > EVERY && note());
  player.element.addEventListener("pause", note);
  addEventListener("pagehide", note);
}

/** The second at which an episode, known by the address of its audio, was left; 0 where it was not begun. */
export function placeOf(audio) {
  const at = places()[audio];
  return Number.isFinite(at) && at > 0 ? at : 0;
}

function places() {
  const kept = read(NAME, {});
  return kept !== null && typeof kept === "object" ? kept : {};
}
