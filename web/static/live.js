// Keeps what a page of the desk says up to date while an ingest runs: told by server-sent events, read again from the page.

let key = document.querySelector("[data-key]").dataset.key;
let reading = false;
let again = false;

const news = new EventSource("/desk/live");
news.addEventListener("change", (event) => {
  if (event.data !== key) refresh();
});
addEventListener("pagehide", () => news.close());

async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok && !answer.redirected) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.status === 401) news.close(); // logged out: the page stays as it was
  } finally {
    reading = false;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

/** Puts every part that has changed in the place of the one that is shown; the focus stays where it was. */
function show(fresh) {
  key = fresh.querySelector("[data-key]").dataset.key;
  const focused = document.activeElement?.id;
  for (const part of [...fresh.querySelectorAll("[data-live]")]) {
    const shown = document.getElementById(part.id);
    if (!shown || shown.innerHTML === part.innerHTML) continue;
    if (ids(part) && ids(part) === ids(shown)) continue; // the same parts within it, each of which has its turn
    shown.replaceChildren(...part.childNodes);
  }
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
}

const ids = (part) => [...part.querySelectorAll("[data-live]")].map((one) => one.id).join(" ");
