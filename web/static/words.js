// The words of a transcript's line: when each is said, and each as an element of its own once the line is played.

const SLIP = 0.01; // seconds by which a time may be off here: they come in hundredths

/** When each word of a line begins, in seconds; empty where only the line's own times are known. */
export function startsOf(line) {
  if (!line.dataset.w) return [];
  const first = Number(line.dataset.s);
  return line.dataset.w.split(" ").map((offset) => first + Number(offset) / 100);
}

/** When a stretch begins and ends that takes in just these words of a line: a word belongs where its middle lies. */
export function stretchOf(line, first, last) {
  const [begins, ends] = [Number(line.dataset.s), Number(line.dataset.e)];
  const starts = startsOf(line);
  if (!starts.length) return { start: begins, end: ends };
  const next = last + 1 < starts.length ? starts[last + 1] - SLIP : ends;
  return { start: beginOf(starts, first), end: Math.max(next, starts[last] + 2 * SLIP) };
}

// two words that begin together: the first of them was too short to be timed, and its middle is where both begin
function beginOf(starts, number) {
  const [before, at, after] = [starts[number - 1], starts[number], starts[number + 1]];
  if (at === before && at !== after) return at + 2 * SLIP;
  return number || at === after ? Math.max(at - SLIP, 0) : at;
}

/** The words of a line as {text, from, to}: characters in its text. */
export function wordsOf(line) {
  return [...line.textContent.matchAll(/\S+/g)].map(({ 0: text, index }) => ({ text, from: index, to: index + text.length }));
}

/**
 * Makes an element of each word, so that it can be lit and clicked; done only to lines that are played, so that a long
 * transcript stays light. Sends "companion:words", since what pointed into the line's text has to look again.
 */
export function split(line) {
  if (!line.dataset.w || line.querySelector(".w")) return;
  const starts = startsOf(line);
  let index = 0;
  const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) texts.push(walk.currentNode);
  for (const text of texts) {
    const pieces = text.data.split(/(\s+)/).filter(Boolean);
    text.replaceWith(...pieces.map((piece) => (piece.trim() ? wordElement(piece, starts[index++]) : piece)));
  }
  line.dispatchEvent(new CustomEvent("companion:words", { bubbles: true }));
}

/** The word of a split line that is said at a time; null before its first. */
export function wordAt(line, time) {
  let found = null;
  for (const word of line.querySelectorAll(".w")) {
    if (Number(word.dataset.s) > time + 0.01) break;
    found = word;
  }
  return found;
}

function wordElement(text, start) {
  const span = document.createElement("span");
  span.className = "w";
  span.textContent = text;
  span.dataset.s = start.toFixed(2);
  return span;
}
