// The journal on the page: days and notes of one exercise, and all of them together where all exercises are listed.

import { ask, download, made } from "./build.js";
import { all, asJson, asMarkdown, dayOf, erase, keep, of, onNews, spoken } from "./diary.js";

const FULL = "This browser keeps nothing: it may be full, or in a private window. Nothing was saved.";
const times = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

/** The journal of one exercise. */
export function keepJournal(section) {
  const { journal: key, title, page } = section.dataset;
  const [day, text] = ["journal-day", "journal-text"].map((id) => document.getElementById(id));
  const said = section.querySelector(".said");
  const change = (changed, message) => {
    const kept = keep({ ...of(key), title, page, ...changed });
    said.textContent = kept ? message : FULL;
    draw();
    return kept;
  };

  function draw() {
    const { days, notes } = of(key);
    section.querySelector(".days").replaceChildren(
      ...days.map((one) => {
        const button = made("button", { type: "button", "aria-label": `Take ${spoken(one)} away` }, "×");
        button.addEventListener("click", () => {
          change({ days: of(key).days.filter((other) => other !== one) }, `${spoken(one)} is gone.`);
          day.focus();
        });
        return made("li", {}, spoken(one), button);
      }),
    );
    section.querySelector(".kept").replaceChildren(...notes.toReversed().map(note));
    section.querySelector("[data-tools]").hidden = !days.length && !notes.length;
  }
  function note(one) {
    const button = made("button", { type: "button", class: "words" }, "Erase this note");
    button.addEventListener("click", async () => {
      if (!(await ask(button, "Erase this note for good?", "Yes, erase it"))) return;
      change({ notes: of(key).notes.filter(({ id }) => id !== one.id) }, "The note is erased.");
      text.focus();
    });
    return made("li", {}, made("p", { class: "quiet" }, spoken(one.day)), made("p", { class: "written" }, one.text), button);
  }

  section.querySelector("[data-days]").addEventListener("submit", (event) => {
    event.preventDefault();
    const days = [...new Set([...of(key).days, day.value])].sort();
    change({ days }, `${spoken(day.value)} is noted.`);
  });
  section.querySelector("[data-write]").addEventListener("submit", (event) => {
    event.preventDefault();
    const written = text.value.trim();
    if (!written) return;
    const one = { id: crypto.randomUUID?.() ?? String(Date.now()), day: dayOf(new Date()), text: written };
    if (change({ notes: [...of(key).notes, one], draft: "" }, "Kept, on this device only.")) text.value = "";
  });
  // half a note is not lost when the phone rings
  text.addEventListener("input", () => keep({ ...of(key), title, page, draft: text.value }));

  day.max = day.value = dayOf(new Date());
  text.value = of(key).draft;
  giveTools(section, () => [of(key)], () => {
    erase(key);
    text.value = ""; // half a note, too: the next key would keep it again
  }, draw);
  onNews(draw);
  draw();
  section.hidden = false;
}

/** The journal of all exercises: shown only once there is something in it. */
export function listJournals(section) {
  function draw() {
    const journal = all();
    section.querySelector("ul").replaceChildren(
      ...journal.map(({ title, page, days, notes }) => {
        const last = days.length ? `, last on ${spoken(days.at(-1))}` : "";
        const what = [days.length && `practised ${times(days.length, "day")}${last}`, notes.length && times(notes.length, "note")];
        return made("li", {}, made("a", { href: page }, title), made("span", {}, what.filter(Boolean).join(" · ")));
      }),
    );
    section.querySelector("[data-tools]").hidden = !journal.length;
    if (journal.length) section.hidden = false;
  }
  giveTools(section, all, () => erase(), draw);
  onNews(draw);
  draw();
}

function giveTools(section, journal, eraseIt, draw) {
  const said = section.querySelector(".said");
  for (const button of section.querySelectorAll("[data-export]")) {
    button.addEventListener("click", () => {
      const asText = button.dataset.export === "md";
      const name = `practice-journal-${dayOf(new Date())}.${button.dataset.export}`;
      download(name, asText ? "text/markdown" : "application/json", (asText ? asMarkdown : asJson)(journal()));
      said.textContent = `${name} is in your downloads. Keep it where only you look.`;
    });
  }
  const button = section.querySelector("[data-erase]");
  button.addEventListener("click", async () => {
    const count = journal().flatMap(({ days, notes }) => [...days, ...notes]).length;
    if (!(await ask(button, `Erase ${count === 1 ? "it" : `all ${count} days and notes`} from this device for good?`, "Yes, erase"))) return;
    eraseIt();
    draw();
    said.textContent = "Erased. Nothing of it is left on this device.";
    section.tabIndex = -1;
    section.focus();
  });
}
