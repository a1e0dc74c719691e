// Words that are selected in a transcript at the desk: one press leads to where they can be taken out.

import { made } from "./build.js";
import { chosen } from "./quote.js";

const CALM = 200; // milliseconds a selection has to rest before anything is offered
const talk = document.getElementById("talk");

if (talk?.dataset.publishing) {
  const offer = made("a", { class: "button take-out", hidden: "" }, "Take these words out");
  talk.append(offer);
  let timer = 0;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(show, CALM);
  });

  function show() {
    const selection = getSelection();
    const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const words = range && talk.contains(range.commonAncestorContainer) ? chosen(talk, range) : null;
    offer.hidden = !words;
    if (!words) return;
    const hundredths = (time) => String(Math.round(time * 100) / 100);
    offer.href = `${talk.dataset.publishing}?start=${hundredths(words.start)}&end=${hundredths(words.end)}#redacted`;
    const [box, home] = [[...range.getClientRects()].at(-1), talk.getBoundingClientRect()];
    offer.style.top = `${box.bottom - home.top + 8}px`;
    offer.style.left = `${Math.max(Math.min(box.left - home.left, home.width - offer.offsetWidth), 0)}px`;
  }
}
