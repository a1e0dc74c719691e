// The moments of the queue, as the page shows them: which is at hand, which come next, and how each of them stands.

const STATES = { accept: "accepted", reject: "rejected", theme: "rejected" };

const talk = document.getElementById("talk");
const far = document.getElementById("far");

export const cases = () => [...document.querySelectorAll("#cases .case")];
export const caseOf = (id) => cases().find((one) => one.dataset.id === id);
export const current = () => cases().find((one) => !one.hidden) ?? null;

/** The next undecided moment after one, around the end to the beginning. */
export function after(id) {
  const all = cases();
  const at = all.findIndex((one) => one.dataset.id === id);
  return [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0))].find(isOpen);
}
export function beside(by) {
  const all = cases();
  return all[(all.indexOf(current()) + by + all.length) % all.length];
}
const isOpen = (one) => one.dataset.state === "proposed";

/** Lights the words of a moment in the talk; gives their marks. */
export function light(id, { theme, kind }) {
  const found = [];
  for (const mark of talk.querySelectorAll(".in")) {
    const ours = mark.dataset.of.split(" ").includes(id);
    mark.classList.toggle("here", ours);
    if (!ours) continue;
    Object.assign(mark.dataset, { theme, kind });
    found.push(mark);
  }
  return found;
}

/** Shows what an act by `by` will have changed, before the server says so; gives whether it is a decision. */
export function foresee({ id, fields }, by) {
  const { act, title, note, exercise, ...said } = Object.fromEntries(fields);
  const at = caseOf(id);
  if (!at) return false;
  Object.assign(at.dataset, { title, note, exercise });
  if (!(act in STATES)) return false;
  const before = cases().filter(isOpen).length;
  for (const name of Object.keys(said)) if (name.startsWith("near.")) stand(name.slice(5), STATES[act], by);
  stand(id, said["theme-chosen"] === at.dataset.theme ? "accepted" : STATES[act], by);
  far.value += before - cases().filter(isOpen).length;
  document.getElementById("left").textContent = `${far.value} of ${far.max} decided`;
  return true;
}

function stand(id, state, by) {
  for (const one of document.querySelectorAll(`.case[data-id="${id}"], #queue [data-id="${id}"], .begun [data-go="${id}"]`)) {
    one.dataset.state = state;
  }
  const said = caseOf(id)?.querySelector(".stands");
  if (said) said.textContent = `${state} by ${by}`;
}
