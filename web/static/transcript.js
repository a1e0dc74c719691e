// The transcript in step with the player: the line and word that are spoken, a click that plays from there, following.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** Ties a transcript to the player while its own episode is in it. */
export function followTranscript(player, section) {
  const lines = [...section.querySelectorAll(".line")];
  const starts = lines.map((line) => Number(line.dataset.s));
  const resume = document.getElementById("resume");
  const address = new URL(section.dataset.audio, location.href).href;
  let now = null;
  let word = null;
  let following = true;

  const ours = () => player.clip !== null && new URL(player.clip.audio, location.href).href === address;

  section.toggleAttribute("data-live", true);
  section.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line || event.target.closest("a") || !getSelection().isCollapsed) return;
    split(line);
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest(".w");
    setFollowing(true);
    section.dispatchEvent(new CustomEvent("companion:play", { detail: Number(under?.dataset.s ?? line.dataset.s) }));
  });

  player.addEventListener("place", follow);
  player.addEventListener("clip", follow);
  // only what a reader does by hand ends the following, never our own scrolling
  for (const name of ["wheel", "touchmove"]) {
    addEventListener(name, () => player.playing && ours() && setFollowing(false), { passive: true });
  }
  addEventListener("keydown", (event) => {
    const moves = ["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key);
    if (moves && player.playing && ours() && !event.target.closest("input, dialog")) setFollowing(false);
  });
  addEventListener("scroll", point, { passive: true });
  resume.addEventListener("click", () => {
    setFollowing(true);
    now?.scrollIntoView({ block: "center", behavior: STILL.matches ? "auto" : "smooth" });
  });

  function follow() {
    const line = ours() ? lineAt(player.time) : null;
    if (line !== now) {
      now?.classList.remove("now", "whole");
      now?.removeAttribute("aria-current");
      now = line;
      if (now) {
        now.classList.add("now");
        now.setAttribute("aria-current", "true");
        split(now);
        if (following && player.playing) keepInView(now);
      }
      point();
    }
    const next = now ? wordAt(now, player.time) : null;
    if (next !== word) {
      word?.classList.remove("now");
      next?.classList.add("now");
      word = next;
    }
    now?.classList.toggle("whole", !now.dataset.w);
  }

  function lineAt(time) {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= time + 0.01) low = middle + 1;
      else high = middle;
    }
    const line = lines[low - 1];
    return line && time < Number(line.dataset.e) + 1.5 ? line : null; // a short pause still belongs to its line
  }

  function setFollowing(on) {
    following = on;
    resume.hidden = on || !ours();
    point();
  }

  // the arrow of "follow along" points to where the sound is
  function point() {
    if (!resume.hidden && now) resume.toggleAttribute("data-up", now.getBoundingClientRect().bottom < 0);
  }
}

function keepInView(line) {
  const box = line.getBoundingClientRect();
  const bar = document.getElementById("bar").getBoundingClientRect();
  if (box.top > 90 && box.bottom < bar.top - 60) return;
  line.scrollIntoView({ block: "center", behavior: STILL.matches ? "auto" : "smooth" });
}

// words become elements only in lines that are played or clicked: a long transcript stays light
function split(line) {
  if (!line.dataset.w || line.querySelector(".w")) return;
  const offsets = line.dataset.w.split(" ");
  const pieces = line.textContent.split(/(\s+)/).filter(Boolean);
  let index = 0;
  line.replaceChildren(
    ...pieces.map((piece) => {
      if (!piece.trim()) return piece;
      const span = document.createElement("span");
      span.className = "w";
      span.textContent = piece;
      span.dataset.s = (Number(line.dataset.s) + Number(offsets[index++]) / 100).toFixed(2);
      return span;
    }),
  );
}

function wordAt(line, time) {
  let found = null;
  for (const word of line.querySelectorAll(".w")) {
    if (Number(word.dataset.s) > time + 0.01) break;
    found = word;
  }
  return found;
}
