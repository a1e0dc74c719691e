// Correcting a transcript in place: a passage opens where it stands and plays while it is edited; nothing reloads.

import { ask, made } from "./build.js";
import { findIn } from "./find.js";
import { clipOf, following, player } from "./site.js";

const BACK = 2; // seconds that one press goes back
const PASSING = 4000; // milliseconds for which it is said that all went well
const room = document.getElementById("room");
const talk = document.getElementById("talk");
const part = (name) => document.getElementById(name);
let saying = 0;
let leaving = false; // for good: what is written goes along, or was let go

dress(room.querySelector(".editor"));
if (part("find")) findIn(talk, following);

room.addEventListener("click", (event) => {
  const link = event.target.closest("[data-correct], [data-cancel]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const passage = link.closest(".passage-of-talk");
  if (link.matches("[data-cancel]")) letGo(link);
  else saved().then((done) => done && open(saidAt(passage.dataset.said)));
  event.preventDefault();
});

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "e" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!part("keys-on").checked || event.target.closest("input:not([type=range]), textarea, select, dialog")) return;
  const link = following?.atHand()?.closest(".passage-of-talk").querySelector("[data-correct]");
  if (!link) return;
  event.preventDefault();
  link.click();
});

room.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-swap]")) return;
  event.preventDefault();
  if (event.target.matches("[data-words]")) send(event.target, false);
  else sendAfterWords(event.target);
});

addEventListener("beforeunload", (event) => !leaving && unsaved() && event.preventDefault());

/** The form whose words were changed and not saved; null where there is none. */
function unsaved() {
  const form = room.querySelector(".editor [data-words]");
  const written = form && form.elements.text.value.trim().replace(/\s+/g, " ");
  return form && written !== form.elements.was.value.trim().replace(/\s+/g, " ") ? form : null;
}

/** Closes an editor; what is written there and not saved goes only if that is meant. */
async function letGo(link) {
  if (link.hidden) return; // it is being asked
  const words = unsaved();
  if (words && !(await ask(link, "Let go of what you wrote?", "Yes, let it go"))) return words.elements.text.focus();
  if (close(link.closest(".passage-of-talk"))) return;
  leaving = true; // it was opened by the server: its link leads back
  location.assign(link.href);
  if (link.pathname + link.search === location.pathname + location.search) location.reload(); // or only its end would change
}

/** Saves what is written, if anything is; false where that could not be done. */
async function saved() {
  const words = unsaved();
  return !words || send(words, false);
}

/** Sends another form than that of the words, which are saved before: one beside them is filled anew where they then stand. */
async function sendAfterWords(form) {
  const editor = unsaved() && form.closest(".editor");
  const given = Object.fromEntries(new FormData(form));
  if (!(await saved())) return;
  if (!editor) return send(form, false);
  const at = saidAt(form.elements.start.value);
  open(at);
  const again = [...at.querySelectorAll(".editor form")].find((one) => one.action === form.action);
  for (const name of ["from", "speaker"]) if (name in given) again.elements[name].value = given[name];
  await send(again, false);
}

/** Opens a passage: the blank is filled with its words, and it plays from the word that was at hand. */
function open(passage) {
  for (const other of document.querySelectorAll(".passage-of-talk:has(.editor)")) if (!close(other)) return;
  const editor = part("blank").content.firstElementChild.cloneNode(true);
  const text = [...passage.querySelectorAll(".line")].map((line) => line.textContent.trim()).join(" ");
  for (const form of editor.querySelectorAll("form")) {
    form.elements.first.value = passage.dataset.first;
    form.elements.end.value = passage.dataset.end;
    form.elements.start.value = passage.dataset.said;
    form.elements.was.value = text;
  }
  editor.querySelector("[data-cancel]").hash = passage.id;
  editor.querySelector("#text").value = text;
  editor.querySelector("#speaker").value = passage.dataset.speaker;
  editor.querySelector("[data-reach]").textContent = passage.dataset.reach;
  if (!("opens" in passage.dataset) || passage.dataset.first === "0") editor.querySelector("[data-join]").remove();
  for (const shown of passage.querySelectorAll(".lines, .tools")) shown.hidden = true;
  passage.append(editor);
  dress(editor);
  hear(passage);
  const field = editor.querySelector("#text");
  field.setSelectionRange(0, 0); // where its first word is: a voice is given to all of it unless another word is chosen
  field.focus();
}

/** Puts a passage back as it was; false where the server has opened it. */
function close(passage) {
  const lines = passage.querySelector(".lines");
  if (!lines) return false;
  passage.querySelector(".editor").remove();
  for (const shown of passage.querySelectorAll(".lines, .tools")) shown.hidden = false;
  passage.querySelector("[data-correct]").focus();
  return true;
}

/** Gives an editor its keys. */
function dress(editor) {
  if (!editor) return;
  const passage = editor.closest(".passage-of-talk");
  const text = editor.querySelector("#text");
  const again = editor.querySelector("[data-hear]");
  editor.querySelector("[data-hints]").hidden = false;
  again.hidden = !clip(passage);
  again.addEventListener("click", () => hear(passage, true));
  const from = editor.querySelector("#from");
  const list = () => from.replaceChildren(...text.value.trim().split(/\s+/).map((word, at) => made("option", { value: at }, word)));
  const choose = () => (from.selectedIndex = wordAt(text));
  list();
  text.addEventListener("input", list); // a voice is given to words as they are written now
  text.addEventListener("keyup", choose);
  text.addEventListener("pointerup", choose);
  editor.addEventListener("keydown", (event) => {
    if (event.target.closest(".ask")) return;
    if (event.key === "Escape") {
      event.preventDefault();
      editor.querySelector("[data-cancel]").click();
    } else if (event.key === " " && event.shiftKey) {
      event.preventDefault();
      if (!player.clip) hear(passage, true);
      else player.toggle();
    } else if (event.altKey && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
      event.preventDefault();
      player.seek(player.time + (event.key === "ArrowLeft" ? -BACK : BACK));
    } else if (event.key === "Enter" && event.target === text && !event.isComposing) {
      event.preventDefault();
      const next = event.shiftKey && !unsaved() && passage.querySelector(".lines") && passage.nextElementSibling;
      if (next) open(next);
      else send(text.form, event.shiftKey);
    }
  });
}

/** Plays a passage; one that is playing already goes on, unless it is to be heard `again`. */
function hear(passage, again = false) {
  const own = clip(passage);
  if (!own) return;
  const within = player.playing && player.element.src.endsWith(own.audio) && player.time >= own.start && player.time < own.end;
  if (within && !again) return;
  player.load(own);
  player.play();
}

function clip(passage) {
  if (!talk.dataset.audio || !document.querySelector(".cue")) return null;
  const sign = passage.querySelector(".tools [data-play]");
  if (sign) return clipOf(sign);
  const start = Number(passage.querySelector(".time").dataset.seek); // opened by the server: its sign is not there
  const next = passage.nextElementSibling?.querySelector(".time")?.dataset.seek;
  const { audio, words, by } = talk.dataset;
  return { audio, start, end: next ? Number(next) : null, words, by, page: location.pathname };
}

/** The number of the word that the caret is in. */
function wordAt(text) {
  const before = text.value.slice(0, text.selectionStart).split(/\s+/).length - 1;
  return Math.min(before, text.form.closest(".editor").querySelector("#from").length - 1);
}

/**
 * Sends a form and brings what has changed into the page; gives whether it was taken. Where nobody is logged in any more,
 * it waits at the door.
 */
async function send(form, onward) {
  form.setAttribute("aria-busy", "true");
  let answer;
  try {
    // `accept` says that a script asks: without TLS, away from this machine, a browser sends no sign of it
    answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body: new URLSearchParams(new FormData(form)) });
  } catch {
    form.removeAttribute("aria-busy");
    return say("The server can't be reached. What you wrote is still here; try again in a moment.");
  }
  if (answer.status === 401 || answer.status === 403) {
    leaving = true;
    form.submit(); // the door keeps it until after the login
    return false;
  }
  const text = await answer.text();
  form.removeAttribute("aria-busy");
  if (!answer.headers.get("content-type").startsWith("text/html")) return say(JSON.parse(text).detail);
  bring(new DOMParser().parseFromString(text, "text/html"));
  const editor = room.querySelector(".editor");
  if (answer.status === 409) {
    dress(editor);
    (editor ?? room).querySelector("[role=alert]").scrollIntoView({ block: "center" });
    return false;
  }
  const ofWords = "was" in form.elements;
  say(ofWords ? "Saved." : "Done.", true);
  const passage = ofWords && saidAt(form.elements.start.value);
  const next = onward && passage?.nextElementSibling;
  if (next) open(next);
  else if (passage) passage.querySelector("[data-correct]")?.focus();
  return true;
}

/** Takes over what is new in a page; passages that are the same stay as they are, with what is lit in them. */
function bring(page) {
  const old = new Map([...part("turns").children].map((passage) => [passage.id, passage]));
  const turns = [...page.getElementById("turns").children].map((passage) => {
    const before = old.get(passage.id);
    return before && !before.querySelector(".editor") && before.dataset.end === passage.dataset.end && same(before, passage) ? before : passage;
  });
  part("turns").replaceChildren(...turns);
  const used = part("beside").contains(document.activeElement) && document.activeElement.form;
  part("beside").replaceChildren(...page.getElementById("beside").childNodes);
  if (used) focusOn(used);
  part("done").textContent = "";
  for (const told of room.querySelectorAll(":scope > [role=alert]")) told.remove();
  const trouble = page.querySelector("#room > [role=alert]");
  if (trouble) room.prepend(trouble);
  talk.dispatchEvent(new Event("companion:lines"));
}

/** Gives the focus to the form beside the talk that does what an old one did, or the like of it, or to what is there. */
function focusOn(old) {
  const means = (form) => [...new FormData(form)].filter(([name]) => name !== "csrf").join();
  const alike = [...part("beside").querySelectorAll("form")].filter((form) => form.action === old.action);
  const form = alike.find((one) => means(one) === means(old)) ?? alike[0] ?? part("beside").querySelector("form");
  form?.querySelector("input:not([type=hidden]), button")?.focus();
}

function same(one, other) {
  const text = ({ textContent }) => textContent.replace(/\s+/g, " ");
  return text(one) === text(other) && ["voice", "reach"].every((name) => one.dataset[name] === other.dataset[name]);
}

/** The passage that is said at a second, or what is said next: numbers of words shift when others write before them. */
function saidAt(second) {
  const passages = [...part("turns").children];
  const ends = (passage) => Number([...passage.querySelectorAll(".line")].at(-1)?.dataset.e);
  return passages.find((one) => one.dataset.said === second) ?? passages.find((one) => ends(one) > Number(second));
}

/** Says what became of an act, to be read at leisure; what went well is said in `passing`. Gives false. */
function say(text, passing = false) {
  clearTimeout(saying);
  part("done").textContent = text;
  if (passing) saying = setTimeout(() => (part("done").textContent = ""), PASSING);
  return false;
}
