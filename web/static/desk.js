// A form that waited for a login goes on its way by itself; without scripts its button is pressed.

const waiting = document.querySelector("form[data-send]");
if (waiting && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") waiting.requestSubmit();
