// An episode's own page: searching its transcript, quoting it, its moments by theme, its chapters, the lock screen's next.

import { findIn } from "./find.js";
import { offerQuotes } from "./quote.js";
import { setTracks } from "./session.js";
import { following, player, playFrom } from "./site.js";

const NEAR = 3; // seconds into a moment within which "previous" means the one before it
const section = document.querySelector(".transcript");

if (section.querySelector(".line")) {
  findIn(section, following);
  offerQuotes(section, following.atHand);
}

// only the moments of one theme, without a new page, so that the sound goes on
const filter = document.getElementById("filter");
filter?.addEventListener("click", (event) => {
  const chip = event.target.closest("a");
  if (!chip || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  for (const other of filter.querySelectorAll("a")) other.toggleAttribute("aria-current", false);
  chip.setAttribute("aria-current", "true");
  history.replaceState(null, "", chip.href);
  const only = chip.dataset.only;
  for (const marked of document.querySelectorAll(".timeline .at, .line[data-theme], .lines .tag, .lines .aside, .each")) {
    const themes = (marked.dataset.themes ?? marked.dataset.theme).split(" ");
    marked.classList.toggle("off", only !== undefined && !themes.includes(only));
  }
});

// the moments that are shown, one after the other, by headphones and lock screens
const marks = () => [...document.querySelectorAll("main .timeline .at:not(.off) [data-seek]")].map((mark) => Number(mark.dataset.seek));
if (marks().length) {
  const go = (second) => second !== undefined && playFrom(second);
  setTracks({
    next: () => go(marks().find((second) => second > player.time + 0.5)),
    previous: () => go(marks().findLast((second) => second < player.time - NEAR)),
  });
}

// the chapter that plays
const chapters = [...document.querySelectorAll(".chapters a")];
let playing;
if (chapters.length) {
  player.addEventListener("place", () => {
    const ours = player.clip && player.element.src === new URL(section.dataset.audio, location.href).href;
    const chapter = ours ? chapters.findLast((one) => Number(one.dataset.seek) <= player.time + 0.01) : undefined;
    if (chapter === playing) return;
    playing?.removeAttribute("aria-current");
    chapter?.setAttribute("aria-current", "true");
    playing = chapter;
  });
}
