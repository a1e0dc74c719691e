// The last searches, kept on this device only: offered under an empty search box, and on the search page.

import { made } from "./build.js";
import { forget, read, write } from "./device.js";

const NAME = "searches";
const MOST = 8;

function recent() {
  const list = read(NAME, []);
  return (Array.isArray(list) ? list : []).filter((text) => typeof text === "string" && text).slice(0, MOST);
}

/** Keeps the search the address holds, and offers the ones before it. */
export function offerRecent() {
  const box = document.getElementById("q");
  const text = location.pathname === "/search" ? (new URLSearchParams(location.search).get("q") ?? "").trim() : "";
  if (text && text.length <= 200) {
    const others = recent().filter((one) => one.toLowerCase() !== text.toLowerCase());
    write(NAME, [text, ...others].slice(0, MOST));
  }
  const place = document.querySelector("[data-recent]");
  if (place && !text) {
    place.classList.add("recent");
    show(place);
  }
  const form = box.form;
  const panel = made("div", { class: "recent", hidden: true });
  form.append(panel);
  const draw = () => {
    if (box.value || place?.hidden === false || !form.contains(document.activeElement)) panel.hidden = true;
    else if (panel.hidden) show(panel);
  };
  box.addEventListener("focus", draw);
  box.addEventListener("input", draw);
  form.addEventListener("focusout", (event) => !form.contains(event.relatedTarget) && (panel.hidden = true));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    box.focus();
    panel.hidden = true;
  });
}

function show(place) {
  const searches = recent();
  place.hidden = !searches.length;
  const button = made("button", { type: "button", class: "words" }, "Forget them");
  button.addEventListener("click", () => {
    forget(NAME);
    document.getElementById("q").focus();
    place.hidden = true;
  });
  const links = searches.map((text) => made("a", { href: `/search?${new URLSearchParams({ q: text })}` }, text));
  place.replaceChildren(
    made("p", { class: "cap" }, "You searched before, on this device"),
    made("div", { class: "chips" }, ...links),
    button,
  );
}
