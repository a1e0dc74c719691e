// What the search box offers while something is being typed: ways to finish it, moments, an episode or a theme.

import { made } from "./build.js";

const SHORTEST = 2; // letters; the server offers nothing for fewer
const REST = 120; // ms without a key before it is asked

/** Offers suggestions under the search box: arrows choose, Enter goes there, Escape closes. */
export function offerSuggestions() {
  const box = document.getElementById("q");
  const list = made("div", { id: "q-offers", class: "offers", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const told = made("p", { class: "unseen", role: "status" });
  box.form.append(list, told);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    box.setAttribute(name, value);
  }
  let waiting = 0;
  let asked = null;
  let chosen = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const cease = () => {
    clearTimeout(waiting);
    asked?.abort();
  };
  const close = () => {
    cease();
    list.hidden = true;
    told.textContent = "";
    choose(-1);
    list.replaceChildren();
    box.setAttribute("aria-expanded", "false");
  };
  function choose(place) {
    chosen = place;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const one = options()[place];
    if (one) {
      box.setAttribute("aria-activedescendant", one.id);
      one.scrollIntoView({ block: "nearest" });
    } else box.removeAttribute("aria-activedescendant");
  }
  function step(by) {
    cease(); // a list does not change under the hand that chooses in it
    const many = options().length;
    choose(((chosen + 1 + by + many + 1) % (many + 1)) - 1); // -1, what is typed, is one of the places
  }
  async function ask() {
    asked = new AbortController();
    const text = box.value;
    try {
      const answer = await fetch(`/search/suggest?${new URLSearchParams({ q: text })}`, { signal: asked.signal });
      if (!answer.ok || box.value !== text || document.activeElement !== box) return;
      draw(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") close(); // no network: the box works without suggestions
    }
  }
  function draw(offered) {
    const groups = [
      ["Searches", offered.searches.map((one) => [one.href, one.label])],
      ["Moments", offered.moments.map((one) => [one.href, ...quoted(one)])],
      ["Pages", offered.pages.map((one) => [one.href, `${one.label} `, made("span", { class: "by" }, one.what)])],
    ].filter(([, found]) => found.length);
    let number = 0;
    list.replaceChildren(
      ...groups.map(([name, found]) =>
        made("div", { role: "group", "aria-label": name }, ...found.map(([href, ...inside]) =>
          made("div", { role: "option", id: `q-offer-${number++}`, "data-href": href, "aria-selected": "false" }, ...inside),
        )),
      ),
    );
    list.hidden = !number;
    box.setAttribute("aria-expanded", String(number > 0));
    told.textContent = number ? `${number} suggestion${number === 1 ? "" : "s"}` : "";
    choose(-1);
  }

  box.addEventListener("input", () => {
    cease();
    choose(-1); // Enter means what is typed now
    if (box.value.trim().length < SHORTEST) close();
    else waiting = setTimeout(ask, REST);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) location.assign(options()[chosen].dataset.href);
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-href]");
    if (option) location.assign(option.dataset.href);
  });
  box.addEventListener("blur", close);
  addEventListener("pageshow", close); // coming back, the page is as it was left
}

function quoted(moment) {
  const words = moment.pieces.map(([text, marked]) => (marked ? made("mark", {}, text) : text));
  const by = made("span", { class: "by", "data-theme": moment.theme, "data-kind": moment.kind });
  by.append(sign(moment.shape), ` ${moment.name} · ${moment.by}`);
  return [made("span", { class: "quote" }, ...words), by];
}

function sign(shape) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${shape}`);
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
