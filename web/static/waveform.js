// The sound of a moment as a drawing: its edges can be dragged, or moved with arrow keys, from word to word and pause to pause.

import { exact } from "./time.js";

const RATE = 50; // peaks a second
const AROUND = 3; // seconds shown before and after
const HEIGHT = 84;
const FOOT = 14; // of that, for times
const ROOM = 84; // that two times need beside each other
const REACH = 0.3; // seconds within which an edge snaps
const PAUSE = 0.16; // seconds of quiet that are a pause
const NS = "http://www.w3.org/2000/svg";

/**
 * Draws into `box`. `peaks` are bytes; `words` gives [[start, end], …] of the words between two seconds. Sends "edges"
 * {from, to} when a person has moved one, "seek" {second} when they press elsewhere.
 */
export class Waveform extends EventTarget {
  #at = null;
  #dragged = null;

  constructor(box, peaks, words) {
    super();
    Object.assign(this, { box, peaks, words });
    this.svg = drawn("svg", { height: HEIGHT, role: "group", "aria-label": "The sound of it" });
    box.append(this.svg);
    box.hidden = false;
    this.svg.addEventListener("pointerdown", (event) => this.#take(event));
    this.svg.addEventListener("pointermove", (event) => this.#drag(event));
    this.svg.addEventListener("pointerup", (event) => this.#drop(event));
    this.svg.addEventListener("pointercancel", () => this.#cancel());
    this.svg.addEventListener("keydown", (event) => this.#nudge(event));
    new ResizeObserver(() => this.#at && this.#draw()).observe(box);
  }

  /** Shows the moment from one second to another. */
  show(from, to) {
    const end = this.peaks.length / RATE;
    const first = Math.max(0, from - AROUND);
    const last = Math.min(end, to + AROUND);
    this.#at = { from, to, first, last, before: [from, to] };
    this.quiet = this.#pauses(first, last);
    this.#draw();
  }

  /** Where the sound is now; null where it is elsewhere. */
  place(second) {
    const at = this.#at;
    if (!at || !this.now) return;
    const seen = second !== null && second >= at.first && second <= at.last;
    this.now.toggleAttribute("hidden", !seen);
    if (!seen) return;
    const x = this.#x(second).toFixed(1);
    if (this.now.getAttribute("x1") === x) return;
    this.now.setAttribute("x1", x);
    this.now.setAttribute("x2", x);
  }

  #x(second) {
    return ((second - this.#at.first) / (this.#at.last - this.#at.first)) * this.width;
  }

  #second(event) {
    const box = this.svg.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    return this.#at.first + share * (this.#at.last - this.#at.first);
  }

  #draw() {
    const at = this.#at;
    this.width = this.box.clientWidth || 1;
    const bars = [[], []]; // outside, inside
    const step = 3;
    const most = Math.max(40, ...this.peaks.subarray(at.first * RATE, at.last * RATE));
    for (let x = 0; x < this.width; x += step) {
      const from = at.first + (x / this.width) * (at.last - at.first);
      const to = at.first + ((x + step) / this.width) * (at.last - at.first);
      const loud = Math.max(0, ...this.peaks.subarray(Math.floor(from * RATE), Math.max(Math.ceil(to * RATE), Math.floor(from * RATE) + 1)));
      const half = Math.max(1, (loud / most) * ((HEIGHT - FOOT) / 2 - 4));
      bars[from >= at.from && to <= at.to ? 1 : 0].push(`M${x} ${(MIDDLE - half).toFixed(1)}h2v${(2 * half).toFixed(1)}h-2z`);
    }
    const [left, right] = [this.#x(at.from), this.#x(at.to)];
    this.now = drawn("line", { class: "now", y1: 0, y2: HEIGHT - FOOT, hidden: "" });
    const focused = this.svg.contains(document.activeElement) ? document.activeElement.dataset.edge : null;
    this.svg.replaceChildren(
      drawn("rect", { class: "kept", x: left, y: 0, width: Math.max(right - left, 0), height: HEIGHT - FOOT, rx: 6 }),
      drawn("path", { class: "loud", d: bars[0].join("") }),
      drawn("g", { class: "within" }, drawn("path", { class: "loud", d: bars[1].join("") })),
      this.now,
      this.#edge("from", left, "Begins"),
      this.#edge("to", right, "Ends"),
    );
    if (focused) this.svg.querySelector(`[data-edge="${focused}"]`).focus();
  }

  #edge(name, x, label) {
    const second = this.#at[name];
    const inside = this.#x(this.#at.to) - this.#x(this.#at.from) > ROOM; // the times of a short stretch stand outside it
    const right = (name === "from") === inside;
    const says = drawn("text", { x: x + (right ? 3 : -3), y: HEIGHT - 2, "text-anchor": right ? "start" : "end" });
    says.textContent = exact(second, 10);
    return drawn(
      "g",
      {
        class: "edge",
        "data-edge": name,
        tabindex: 0,
        role: "slider",
        "aria-label": label,
        "aria-valuemin": this.#at.first.toFixed(2),
        "aria-valuemax": this.#at.last.toFixed(2),
        "aria-valuenow": second.toFixed(2),
        "aria-valuetext": exact(second),
      },
      drawn("rect", { class: "grip", x: x - 22, y: 0, width: 44, height: HEIGHT, rx: 8 }),
      drawn("line", { x1: x, x2: x, y1: 0, y2: HEIGHT - FOOT }),
      drawn("circle", { cx: x, cy: name === "from" ? 6 : HEIGHT - FOOT - 6, r: 6 }),
      says,
    );
  }

  #take(event) {
    if (!this.#at || event.button) return;
    const edge = event.target.closest?.(".edge");
    if (!edge) {
      this.dispatchEvent(new CustomEvent("seek", { detail: { second: this.#second(event) } }));
      return;
    }
    event.preventDefault();
    this.#dragged = edge.dataset.edge;
    this.#at.before = [this.#at.from, this.#at.to];
    this.svg.setPointerCapture(event.pointerId);
  }

  #drag(event) {
    if (!this.#dragged) return;
    this.#move(this.#dragged, this.#snapped(this.#second(event), this.#dragged));
  }

  #drop(event) {
    if (!this.#dragged) return;
    this.#drag(event);
    this.#dragged = null;
    this.#tell();
  }

  #cancel() {
    if (!this.#dragged) return;
    this.#dragged = null;
    [this.#at.from, this.#at.to] = this.#at.before;
    this.#draw();
  }

  #nudge(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const name = event.target.closest?.(".edge")?.dataset.edge;
    if (!by || !name || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const points = this.#points(name).sort((one, other) => one - other);
    const now = this.#at[name];
    const next = by > 0 ? points.find((one) => one > now + 0.03) : points.findLast((one) => one < now - 0.03);
    if (next === undefined) return;
    this.#move(name, next);
    this.#tell();
  }

  #move(name, second) {
    const at = this.#at;
    if (name === "from") at.from = Math.min(Math.max(second, at.first), at.to - 0.1);
    else at.to = Math.max(Math.min(second, at.last), at.from + 0.1);
    this.#draw();
  }

  #tell() {
    const { from, to, before } = this.#at;
    if (from === before[0] && to === before[1]) return;
    this.#at.before = [from, to];
    this.dispatchEvent(new CustomEvent("edges", { detail: { from, to } }));
  }

  #snapped(second, name) {
    const near = this.#points(name).reduce((best, one) => (Math.abs(one - second) < Math.abs(best - second) ? one : best), Infinity);
    return Math.abs(near - second) <= REACH ? near : second;
  }

  // a moment begins with a word or just before it, and ends with one or just after it
  #points(name) {
    const { first, last } = this.#at;
    const side = name === "from" ? 0 : 1;
    return [...this.words(first, last).map((word) => word[side]), ...this.quiet.map((pause) => pause[1 - side])];
  }

  /** Pauses between two seconds, as [start, end], a breath inside their edges. */
  #pauses(first, last) {
    const loud = this.peaks.subarray(Math.floor(first * RATE), Math.ceil(last * RATE));
    const hush = Math.max(4, 0.06 * Math.max(0, ...loud));
    const found = [];
    let began = null;
    for (let at = 0; at <= loud.length; at++) {
      if (at < loud.length && loud[at] < hush) began ??= at;
      else if (began !== null) {
        const [from, to] = [first + began / RATE, first + at / RATE];
        if (to - from >= PAUSE) found.push([from + 0.04, to - 0.04]);
        began = null;
      }
    }
    return found;
  }
}

const MIDDLE = (HEIGHT - FOOT) / 2;

function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
