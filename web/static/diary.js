// The journal as it is kept: for each exercise the days it was practised, the notes, and the words not yet finished.

import { forget, onChange, read, write } from "./device.js";

const NAME = "journal";
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function stored() {
  const found = read(NAME, {});
  return typeof found === "object" && !Array.isArray(found) ? found : {};
}

/** A day as this device's calendar has it, "2026-11-22". */
export const dayOf = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-");

/** "2026-11-22" -> "22 Nov 2026". */
export const spoken = (day) =>
  new Date(`${day}T12:00`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** Every exercise that has anything: [{key, title, page, days, notes: [{id, day, text}], draft}]. */
export function all() {
  return Object.keys(stored())
    .map(of)
    .filter(({ days, notes }) => days.length || notes.length);
}

/** The pages of one exercise, empty ones if there are none yet; what cannot be read in them is left out. */
export function of(key) {
  const found = stored()[key] ?? {};
  const list = (value) => (Array.isArray(value) ? value : []);
  return {
    key,
    title: String(found.title ?? key),
    page: /^\/exercises\//.test(found.page) ? found.page : "/exercises",
    days: list(found.days).filter((day) => DAY.test(day)),
    notes: list(found.notes).filter((note) => DAY.test(note?.day) && typeof note.text === "string"),
    draft: typeof found.draft === "string" ? found.draft : "",
  };
}

/** Keeps the pages of one exercise; false where this browser keeps nothing. */
export function keep({ key, ...pages }) {
  return write(NAME, { ...stored(), [key]: pages });
}

/** Erases the pages of one exercise, or all of them. */
export function erase(key) {
  const { [key]: _, ...rest } = stored();
  if (key === undefined || !Object.keys(rest).length) forget(NAME);
  else write(NAME, rest);
}

export const onNews = (redraw) => onChange(NAME, redraw);

/** Pages as Markdown, to read and to print. */
export function asMarkdown(journal) {
  const parts = journal.map(({ title, days, notes }) =>
    [
      `## ${title}`,
      days.length ? `Practised on ${days.map(spoken).join(", ")}.` : "",
      ...notes.map(({ day, text }) => `### ${spoken(day)}\n\n${text}`),
    ]
      .filter(Boolean)
      .join("\n\n"),
  );
  return `# My practice journal\n\n${parts.join("\n\n")}\n`;
}

/** Pages as JSON, for other programs. */
export function asJson(journal) {
  const exercises = journal.map(({ title, page, days, notes }) => ({
    title,
    page,
    practised: days,
    notes: notes.map(({ day, text }) => ({ day, text })),
  }));
  return `${JSON.stringify({ journal: exercises }, null, 2)}\n`;
}
