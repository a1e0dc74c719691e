// One key for an opinion: A accepts, R rejects; what is being typed is never taken for that.

const form = document.getElementById("opinion");
const keys = { a: "accept", r: "reject" };
let sent = false; // what is pressed until the next moment is there was not meant for this one

form?.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener("pageshow", () => (sent = false));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const verdict = keys[event.key.toLowerCase()];
  if (!form || !verdict) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(`[value="${verdict}"]`));
});
