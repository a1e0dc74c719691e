// Moments saved on this device: the sign on every card, and the page that shows them. No request tells of them.

import { ask, made } from "./build.js";
import { onChange, read, write } from "./device.js";
import { clock } from "./time.js";

const NAME = "saved";
const MOST = 500; // far more than anybody saves; it keeps the browser's few megabytes from running full

/** What is saved, newest first; what cannot be read is left out. */
function saved() {
  const list = read(NAME, []);
  return (Array.isArray(list) ? list : []).filter((one) => typeof one?.id === "string" && typeof one.words === "string");
}

/** Brings the save signs to life, those of the page of saved moments too, which is drawn here. */
export function showSaved() {
  const shelf = document.querySelector("[data-saved]");
  if (shelf) fill(shelf);
  const signs = [...document.querySelectorAll("[data-save]")];
  const draw = () => {
    const ids = new Set(saved().map(({ id }) => id));
    for (const sign of signs) sign.setAttribute("aria-pressed", String(ids.has(sign.dataset.save)));
  };
  for (const sign of signs) {
    sign.hidden = false;
    sign.addEventListener("click", () => {
      const others = saved().filter((one) => one.id !== sign.dataset.save);
      const had = sign.getAttribute("aria-pressed") === "true";
      write(NAME, had ? others : [told(sign), ...others].slice(0, MOST));
      draw();
    });
  }
  onChange(NAME, draw);
  draw();
  if (!shelf) renew(signs);
}

// what is kept of a moment: what its sign says, and of what stands beside it the time and whether it is a guess
function told(sign) {
  const { save: id, ...rest } = sign.dataset;
  const beside = sign.closest(".moment, .one");
  const guess = beside.querySelector(".guess, .state")?.textContent.includes("not yet reviewed") || undefined;
  return { ...rest, id, guess, time: beside.querySelector(".about .time")?.textContent };
}

// what was a guess when it was saved may have been reviewed since
function renew(signs) {
  const [list, seen] = [saved(), new Map(signs.map((sign) => [sign.dataset.save, sign]))];
  const renewed = list.map((one) => (seen.has(one.id) ? told(seen.get(one.id)) : one));
  if (JSON.stringify(renewed) !== JSON.stringify(list)) write(NAME, renewed);
}

function fill(shelf) {
  const list = saved();
  const [pattern, themes] = ["saved-card", "saved-themes"].map((id) => document.getElementById(id).content);
  shelf.querySelector(".moments").append(...list.map((one) => card(one, pattern.cloneNode(true), themes)));
  shelf.querySelector(".none").hidden = list.length > 0;
  const all = shelf.querySelector("[data-forget]");
  all.hidden = !list.length;
  all.addEventListener("click", async () => {
    if (!(await ask(all, "Forget every saved moment on this device?", "Yes, forget them"))) return;
    write(NAME, []);
    shelf.querySelector(".moments").replaceChildren();
    all.hidden = true;
    const none = shelf.querySelector(".none");
    none.hidden = false;
    none.focus();
  });
  shelf.hidden = false;
}

function card(one, drawn, themes) {
  const article = drawn.querySelector("article");
  const [play, save, quote] = ["[data-play]", "[data-save]", "blockquote a"].map((selector) => article.querySelector(selector));
  const page = `/moments/${encodeURIComponent(one.id)}`;
  const theme = [...themes.children].find((known) => known.dataset.theme === one.theme);
  Object.assign(save.dataset, { ...one, save: one.id });
  delete save.dataset.id;
  save.setAttribute("aria-label", `Save: ${one.words.slice(0, 60)}`);
  quote.href = page;
  quote.textContent = one.words;
  const [time, guess] = [".time", ".guess"].map((selector) => article.querySelector(selector));
  time.textContent = one.time ?? (one.start ? clock(Number(one.start)) : "");
  if (!time.textContent) time.remove();
  if (!one.guess) guess.remove();
  if (one.caution) article.querySelector(".caution span").textContent = one.caution;
  else article.querySelector(".caution").remove();
  article.querySelector(".about").prepend(
    ...(theme ? theme.cloneNode(true).children : []),
    ...[one.by, one.title].filter(Boolean).map((text) => made("span", {}, text)),
  );
  if (theme) Object.assign(article.dataset, theme.dataset);
  if (/^\/episodes\/[^/]+\/audio$/.test(one.audio)) {
    play.href = page;
    play.setAttribute("aria-label", `Hear it: ${one.words.slice(0, 60)}`);
    const { audio, start, end, words, by } = one;
    Object.assign(play.dataset, { audio, start, end, words, by: by || one.title, ...theme?.dataset });
  } else {
    play.remove();
  }
  return drawn;
}
