// "Play each as it comes": a tick that the device remembers, for every room of the desk that has moments to decide.

import { forget, read, write } from "./device.js";

const QUIET = "desk.quiet"; // set where they are not to play

/** Shows the tick where there is something to hear, as it was left. */
export function remember(tick, heard) {
  tick.closest("label").hidden = !heard;
  tick.checked = !read(QUIET, false);
  tick.addEventListener("change", () => (tick.checked ? forget(QUIET) : write(QUIET, 1)));
}
