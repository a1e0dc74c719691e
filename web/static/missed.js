// A moment the tagger missed: words selected in the talk, or the seconds between two presses of a key.

import { exact, parseTime } from "./time.js";
import { startsOf } from "./words.js";

/** Offers the form beside what is selected in the talk; gives what the keys need. */
export function offerMissed(form, talk) {
  const close = form.querySelector("[data-do=close]");
  const bar = document.getElementById("bar");
  let timer = 0;
  let pressed = false; // the last press was in the form, and what is selected may be let go by that

  const put = (from, to) => {
    form.elements.start.value = exact(from);
    form.elements.end.value = exact(to);
  };
  const back = () => {
    if (close.hidden) return; // it is where it belongs
    form.classList.remove("floating");
    form.style.top = form.style.left = "";
    close.hidden = true;
    document.getElementById("at").append(form);
  };

  addEventListener("pointerdown", (event) => (pressed = form.contains(event.target)), true);
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 250); // when the hand rests
  });
  const leave = () => {
    getSelection().removeAllRanges();
    back();
    document.getElementById("main").focus({ preventScroll: true });
  };
  close.addEventListener("click", leave);
  form.addEventListener("keydown", (event) => event.key === "Escape" && leave());

  function show() {
    const chosen = spanOf(getSelection(), talk);
    if (!chosen) return pressed || back();
    put(chosen.from, chosen.to);
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    const within = talk.getBoundingClientRect();
    talk.append(form);
    form.classList.add("floating");
    close.hidden = false;
    const lowest = (bar.hidden ? innerHeight : bar.getBoundingClientRect().top) - form.offsetHeight - 8;
    const above = box.top - form.offsetHeight - 8;
    const top = box.bottom + 8 <= lowest ? box.bottom + 8 : above > 0 ? above : Math.max(lowest, 8);
    form.style.top = `${top - within.top}px`;
    form.style.left = `${Math.max(0, Math.min(box.left - within.left, within.width - form.offsetWidth))}px`;
  }

  return {
    /** Whether it stands beside what is selected, and so takes its keys wherever the focus is. */
    get open() {
      return form.classList.contains("floating");
    },
    begin: (second) => put(second, Math.max(second + 0.1, parseTime(form.elements.end.value) || 0)),
    end(second) {
      put(parseTime(form.elements.start.value) || 0, second);
      form.scrollIntoView({ block: "nearest" });
      form.querySelector("button[name=theme-chosen]").focus();
    },
    leave,
    back,
  };
}

/** From the first to the last selected word, in seconds; null where nothing of the talk is selected. */
function spanOf(selection, talk) {
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  if (!talk.contains(range.commonAncestorContainer) || !selection.toString().trim()) return null;
  const lines = [...talk.querySelectorAll(".line")].filter((line) => range.intersectsNode(line));
  const found = lines.map((line) => wordsIn(line, range)).filter((words) => words.length).flat();
  return found.length ? { from: found[0][0], to: found.at(-1)[1] } : null;
}

/** The words of a line that a range touches, as [start, end] in seconds. */
function wordsIn(line, range) {
  const all = line.textContent;
  const first = range.comparePoint(line, 0) >= 0 ? 0 : lengthTo(line, range.startContainer, range.startOffset);
  const last = line.contains(range.endContainer) ? lengthTo(line, range.endContainer, range.endOffset) : all.length;
  const times = timesOf(line);
  return [...all.matchAll(/\S+/g)]
    .map(({ 0: text, index }, number) => ({ from: index, to: index + text.length, time: times[number] }))
    .filter((word) => word.to > first && word.from < last && word.time)
    .map((word) => word.time);
}

function lengthTo(line, container, offset) {
  const range = document.createRange();
  range.selectNodeContents(line);
  range.setEnd(container, offset);
  return range.toString().length;
}

/** When each word of a line begins and ends, in seconds: it ends where the next begins. */
export function timesOf(line) {
  const starts = startsOf(line);
  return starts.map((start, number) => [start, starts[number + 1] ?? Number(line.dataset.e)]);
}
