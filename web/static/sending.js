// What was decided, on its way to the server: one after the other, kept on this device until each is acknowledged.

import { Waiting } from "./waiting.js";

// milliseconds between tries while the server can't be reached: twice as many after each, up to the slowest
const SOONEST = 2000;
const SLOWEST = 20_000;

/**
 * Sends acts in their order. An act is {id, fields: [[name, value], …]}; `seen` among its fields is the number of the
 * review that the person saw, and follows their own earlier acts; `undoable` is how many acts they could take back.
 * Sends "adopted" {acts} when what another window left is taken over, "done" {act, answer}, "refused" {act, message},
 * "stale" {act, html}, and "waiting" {number, why}: "login", "network", or "" while all is well.
 */
export class Sending extends EventTarget {
  #acts = [];
  #busy = false;
  #wait = 0;
  #pause = SOONEST;
  #kept;

  constructor(address, token, about, undoable) {
    super();
    Object.assign(this, { address, token, undoable });
    this.#kept = new Waiting(about);
  }

  /** Takes over what was left on this device. */
  begin() {
    addEventListener("online", () => this.run());
    this.#kept.adopt((acts) => {
      this.#acts.push(...acts);
      this.#kept.keep(this.#acts);
      this.dispatchEvent(new CustomEvent("adopted", { detail: { acts } }));
      this.run();
    });
  }

  get number() {
    return this.#acts.length;
  }

  add(act) {
    this.#acts.push(act);
    this.#kept.keep(this.#acts);
    return this.run();
  }

  /** Sends what waits; resolves when nothing does any more, or something stands in the way. */
  async run() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#wait);
    try {
      while (this.#acts.length && (await this.#send(this.#acts[0])));
    } finally {
      this.#busy = false;
    }
  }

  async #send(act) {
    const undo = act.fields.some(([name, value]) => name === "act" && value === "undo");
    if (undo && !act.fields.some(([name]) => name === "undoable")) {
      act.fields.push(["undoable", this.undoable]); // sent again with the same, it takes nothing more back
      this.#kept.keep(this.#acts);
    }
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        headers: { accept: "application/json", "x-csrf-token": this.token },
        body: new URLSearchParams(act.fields),
      });
    } catch {
      return this.#later("network");
    }
    if (answer.status === 401 || answer.status === 403) return this.#later("login");
    if (answer.status >= 500) return this.#later("network");
    this.#pause = SOONEST;
    const tell = (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail: { act, ...detail } }));
    if (answer.ok) {
      const told = await answer.json();
      this.#acts.shift();
      this.undoable = told.undoable;
      this.#follow(act, told.cases);
      tell("done", { answer: told });
    } else {
      const stale = answer.status === 409;
      const text = await answer.text();
      this.#acts.shift();
      tell(stale ? "stale" : "refused", stale ? { html: text } : { message: troubleIn(text) });
    }
    this.#kept.keep(this.#acts);
    this.#tell("");
    return true;
  }

  // what waits was decided by somebody who had seen their own earlier act
  #follow(act, cases) {
    const before = Object.fromEntries(act.fields).seen;
    for (const waiting of this.#acts) {
      const seen = waiting.fields.find(([name]) => name === "seen");
      const now = cases.find((one) => one.id === waiting.id);
      if (seen && now && waiting.id === act.id && seen[1] === before) seen[1] = String(now.seen);
    }
  }

  #later(why) {
    this.#tell(why);
    if (why !== "network") return false;
    const again = () => {
      this.#pause = Math.min(SLOWEST, 2 * this.#pause);
      this.run();
    };
    this.#wait = setTimeout(again, this.#pause * (0.5 + Math.random() / 2)); // so that not all come back at once
    return false;
  }

  #tell(why) {
    this.dispatchEvent(new CustomEvent("waiting", { detail: { number: this.#acts.length, why } }));
  }
}

function troubleIn(text) {
  try {
    const { trouble, detail } = JSON.parse(text); // of the act, or of a request that is refused as a whole
    return trouble ?? detail ?? "That could not be done.";
  } catch {
    return "That could not be done.";
  }
}
