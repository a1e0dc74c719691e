// The keys of the desk's review; listed under "?", and off where the player's keys are.

import { exact } from "./time.js";

const WRITTEN = { t: "title", n: "note", e: "exercise" };

/** Listens before the player does: what is a key here is not one there. */
export function listenToReviewKeys({ form, missed, missedForm, perform, edge, split, skip, second, back, hear, current }) {
  const on = document.getElementById("keys-on");
  let rejecting = false;
  let before = 0; // how far down the page was when writing began

  const write = (name) => {
    before = scrollY;
    form.querySelector(".said-of").open = true;
    const field = form.elements[name];
    field.focus();
    field.setSelectionRange?.(field.value.length, field.value.length); // what is there is added to
  };
  const keys = {
    a: () => perform("accept"),
    r: () => perform("reject"),
    R: () => {
      rejecting = true;
      write("note");
    },
    s: skip,
    b: back,
    p: () => hear(true),
    u: () => perform("open"),
    z: () => perform("undo"),
    w: () => perform("widen"),
    W: () => perform("widen-back"),
    x: () => perform("narrow"),
    X: () => perform("narrow-back"),
    "[": () => edge("start"),
    "]": () => edge("end"),
    c: split,
    d: () => {
      const boxes = [...current().querySelectorAll(".near input")];
      const all = boxes.every((box) => box.checked);
      for (const box of boxes) box.checked = !all;
    },
    f: () => {
      document.querySelector(".filter").open = true;
      document.querySelector("#views select").focus();
    },
    i: () => {
      if (second() === null) return;
      missed.begin(second());
      document.getElementById("also").textContent = `A missed moment begins at ${exact(second(), 10)}. Press O where it ends.`;
    },
    o: () => second() !== null && missed.end(second()),
  };
  for (const [key, name] of Object.entries(WRITTEN)) keys[key] = () => write(name);
  const always = new Set(["f", "z", "i", "o"]); // what needs no moment at hand
  for (const button of form?.querySelectorAll(".as") ?? []) {
    keys[button.getAttribute("aria-keyshortcuts")] = () => perform("theme", { "theme-chosen": button.value });
  }

  addEventListener(
    "keydown",
    (event) => {
      if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const at = event.target;
      if (at.closest("dialog")) return;
      if (at.closest("input:not([type=checkbox], [type=range]), textarea, select")) return inField(event);
      if (at.closest("[role=slider]") && event.key.startsWith("Arrow")) return;
      const theirs = (missed.open || at.closest("#missed")) && missedForm.querySelector(`.as[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
      const leaves = missed.open && event.key === "Escape" && missed.leave;
      const free = leaves || (theirs && (() => theirs.click()));
      const key = event.key in keys || event.shiftKey ? event.key : event.key.toLowerCase();
      const action = free || ((current() || always.has(key)) && keys[key]);
      if (!action) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      action();
    },
    true,
  );

  function inField(event) {
    const filter = event.target.closest(".filter");
    if (filter && event.key === "Escape") {
      filter.open = false;
      document.getElementById("main").focus();
    }
    if (!form?.contains(event.target)) return;
    const leave = event.key === "Escape" || (event.key === "Enter" && event.target.tagName !== "SELECT" && !event.shiftKey);
    if (!leave || event.isComposing) return;
    event.preventDefault();
    document.getElementById("main").focus({ preventScroll: true });
    document.getElementById("at").scrollTop = 0;
    scrollTo(0, before);
    const gaveUp = rejecting && event.key === "Escape"; // a reason for what was not done is none
    if (gaveUp) form.elements.note.value = current().dataset.note;
    else perform(rejecting ? "reject" : "words");
    rejecting = false;
  }
}
