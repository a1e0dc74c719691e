// Words that are selected in a transcript, to copy or share: what was said, by whom, where, and a link that plays just that.

import { canShare, copy, share } from "./handon.js";
import { stretchOf, wordsOf } from "./words.js";

const CALM = 200; // milliseconds a selection has to rest before anything is offered

/** Offers the words selected in a transcript; Q selects the line that `atHand` gives. */
export function offerQuotes(section, atHand) {
  const offer = document.getElementById("quote");
  const done = document.getElementById("quote-done");
  let quote = null;
  let timer = 0;
  let pressed = false;

  offer.querySelector("[data-do=share]").hidden = !canShare;
  document.addEventListener("selectionchange", later);
  addEventListener("pointerdown", (event) => (pressed = !offer.contains(event.target)));
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, () => {
      pressed = false;
      later();
    });
  }
  offer.addEventListener("mousedown", (event) => event.preventDefault()); // a press must not take the selection away
  offer.addEventListener("click", (event) => {
    const wish = event.target.closest("[data-do]")?.dataset.do;
    if (wish && quote) act(wish);
  });
  offer.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: "backward", ArrowRight: "forward" }[event.key];
    if (!way || !event.shiftKey) return;
    event.preventDefault(); // and so is not one of the player's keys
    getSelection().modify("extend", way, "word");
    show();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && quote) getSelection().removeAllRanges();
  });
  section.addEventListener("companion:quote", () => {
    const line = atHand();
    if (!line) return;
    getSelection().selectAllChildren(line);
    show();
    offer.querySelector("button").focus({ preventScroll: true });
  });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => pressed || show(), CALM);
  }

  function show() {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const before = quote;
    quote = range && chosen(section, range);
    if (quote?.start !== before?.start || quote?.end !== before?.end) done.textContent = ""; // it tells of this quote
    if (!quote) {
      offer.hidden = true;
      return;
    }
    offer.hidden = false;
    const box = [...range.getClientRects()].at(-1) ?? range.getBoundingClientRect();
    const home = section.getBoundingClientRect();
    offer.style.top = `${box.bottom - home.top + 8}px`;
    offer.style.left = `${Math.max(Math.min(box.left - home.left, home.width - offer.offsetWidth), 0)}px`;
  }

  async function act(wish) {
    const link = `${location.origin}${location.pathname}?t=${seconds(quote.start)},${seconds(quote.end)}`;
    const { words: title, by: podcast } = section.dataset;
    const from = [quote.by, title, podcast].filter(Boolean).join(", ");
    const whole = `${quote.text}\n${from}\n${link}`;
    if (wish === "share") return share(title, `${quote.text}\n${from}`, link);
    done.textContent = (await copy(wish === "link" ? link : whole)) ? "Copied" : `Copy it from here: ${link}`;
  }
}

/** The whole words within a range of the transcript: {text, by, start, end}; null where there are none. */
export function chosen(section, range) {
  const parts = [];
  for (const line of section.querySelectorAll(".line")) {
    if (!range.intersectsNode(line)) continue;
    const from = characters(line, range.startContainer, range.startOffset, 0);
    const to = characters(line, range.endContainer, range.endOffset, line.textContent.length);
    const words = wordsOf(line);
    const first = words.findIndex((word) => word.to > from);
    const last = words.findLastIndex((word) => word.from < to);
    if (first < 0 || last < first) continue;
    parts.push({
      by: speakerOf(line),
      text: words.slice(first, last + 1).map((word) => word.text).join(" "),
      ...stretchOf(line, first, last),
    });
  }
  if (!parts.length) return null;
  const voices = new Set(parts.map((part) => part.by));
  const turns = parts.reduce((turns, part) => {
    const same = turns.at(-1)?.by === part.by;
    return same ? [...turns.slice(0, -1), { ...part, text: `${turns.at(-1).text} ${part.text}` }] : [...turns, part];
  }, []);
  const text = voices.size === 1 ? `“${turns[0].text}”` : turns.map(({ by, text }) => (by ? `${by}: ${text}` : text)).join("\n");
  return { text, by: voices.size === 1 ? parts[0].by : "", start: parts[0].start, end: parts.at(-1).end };
}

// how many characters of a line lie before an edge of the selection; `otherwise` where the edge is not in this line
function characters(line, node, offset, otherwise) {
  if (!line.contains(node)) return otherwise;
  const before = document.createRange();
  before.selectNodeContents(line);
  before.setEnd(node, offset);
  return before.toString().length;
}

// a name stands only where somebody begins to speak
function speakerOf(line) {
  let paragraph = line.closest(".paragraph");
  if (paragraph.dataset.voice === "0") return "";
  while (paragraph && !paragraph.querySelector(".who b")) paragraph = paragraph.previousElementSibling;
  return paragraph?.querySelector(".who b").textContent ?? "";
}

const seconds = (time) => String(Math.round(time * 100) / 100);
