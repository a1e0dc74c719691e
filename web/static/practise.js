// What the practice pages gain where scripts run: a private journal, a timer for two, a button to print.

import { keepJournal, listJournals } from "./journal.js";
import { takeTurns } from "./turns.js";

document.querySelectorAll("[data-journal]").forEach(keepJournal);
document.querySelectorAll("[data-journals]").forEach(listJournals);
document.querySelectorAll("[data-turns]").forEach(takeTurns);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
