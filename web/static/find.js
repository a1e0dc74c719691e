// Searching inside the transcript: every place lit and counted, one after the other brought into view.

import { bring } from "./transcript.js";

const LIT = "highlights" in (globalThis.CSS ?? {}); // older browsers count and jump, and select the place instead
const PATIENCE = 120; // milliseconds after a key before a search begins

/** Ties the search form to a transcript; `following` is paused while a place is looked at. */
export function findIn(section, following) {
  const form = document.getElementById("find");
  const [input, count, back, on] = ["words", "count", "back", "on"].map((name) => document.getElementById(`find-${name}`));
  let paragraphs = [...section.querySelectorAll(".lines")].map(read);
  let found = []; // {paragraph, from, to}, in characters of the paragraph's text
  let at = -1;
  let waiting = 0;

  form.hidden = false;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, PATIENCE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (waiting) search();
    else step(1);
  });
  back.addEventListener("click", () => step(-1));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      step(-1);
    } else if (event.key === "Escape") {
      input.value = "";
      search();
    }
  });
  section.addEventListener("companion:lines", () => { // some are others by now: at the desk, lines are corrected in place
    paragraphs = [...section.querySelectorAll(".lines")].map(read);
    if (!input.value) return;
    look();
    at = Math.min(Math.max(at, 0), found.length - 1);
    if (found.length) tell();
    light();
  });
  section.addEventListener("companion:words", () => found.length && light()); // the ranges went with the line's old text

  function search() {
    look();
    at = -1;
    light();
    step(1);
  }

  function look() {
    clearTimeout(waiting);
    waiting = 0;
    const words = fold(input.value).trim().replace(/\s+/g, " ");
    found = words.length < 2 ? [] : paragraphs.flatMap((paragraph) => places(paragraph, words));
    for (const button of [back, on]) button.hidden = !found.length;
    if (!found.length) say(words.length < 2 ? "" : "not said here");
  }

  function step(by) {
    if (!found.length) return;
    at = (at + by + found.length) % found.length;
    following.pause();
    tell();
    const range = rangeOf(found[at]);
    if (LIT) CSS.highlights.set("found-now", new Highlight(range));
    else getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    const place = range.startContainer.parentElement;
    bring(place.closest("[hidden]")?.parentElement ?? place); // hidden while they are edited
  }

  function tell() {
    say(`${at + 1} of ${found.length}`);
  }

  function say(text) {
    count.textContent = text;
  }

  function light() {
    if (!LIT) return;
    CSS.highlights.set("found", new Highlight(...found.map(rangeOf)));
    if (at >= 0) CSS.highlights.set("found-now", new Highlight(rangeOf(found[at])));
    else CSS.highlights.delete("found-now");
  }
}

function read(element) {
  const lines = [];
  let text = "";
  for (const line of element.querySelectorAll(".line")) {
    lines.push({ line, from: text.length });
    text += `${line.textContent} `;
  }
  return { lines, text: fold(text) };
}

// letter for letter, so that places in the folded text are places in the text that is shown
function fold(text) {
  const plain = text.replace(/[‘’ʼ]/g, "'").replace(/[“”]/g, '"');
  if (/^[\x00-\x7f]*$/.test(plain)) return plain.toLowerCase();
  return [...plain].map((letter) => {
    const bare = letter.normalize("NFD")[0].toLowerCase();
    return bare.length === letter.length ? bare : letter;
  }).join("");
}

function places(paragraph, words) {
  const found = [];
  for (let from = paragraph.text.indexOf(words); from >= 0; from = paragraph.text.indexOf(words, from + words.length)) {
    found.push({ paragraph, from, to: from + words.length });
  }
  return found;
}

function rangeOf({ paragraph, from, to }) {
  const range = document.createRange();
  range.setStart(...boundary(paragraph, from, 1));
  range.setEnd(...boundary(paragraph, to, 0));
  return range;
}

// where a place in a paragraph's text is: the text node and the place in it; with `ahead` 1 that of a letter, not of an end
function boundary({ lines }, place, ahead) {
  const { line, from } = lines.findLast((one) => one.from <= place - 1 + ahead);
  let left = place - from;
  const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let node = walk.nextNode();
  while (left + ahead > node.data.length) {
    left -= node.data.length;
    const next = walk.nextNode();
    if (!next) return [node, node.data.length];
    node = next;
  }
  return [node, left];
}
