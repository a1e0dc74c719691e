// Two people, one moment: what the other decided meanwhile, and the choice between the two.

const waiting = []; // several at once are asked one after the other

/** Shows the server's page of both sides as a dialog. `answer` is given the act that insists, or null to let it be. */
export function showConflict(html, answer) {
  waiting.push({ html, answer });
  if (waiting.length === 1) ask();
}

function ask() {
  const [{ html, answer }] = waiting;
  const dialog = document.getElementById("conflict");
  const both = new DOMParser().parseFromString(html, "text/html").getElementById("both");
  dialog.replaceChildren(...both.childNodes);
  const done = (act) => {
    dialog.oncancel = null;
    dialog.close();
    waiting.shift();
    answer(act);
    if (waiting.length) ask();
  };
  dialog.querySelector("#leave").addEventListener("click", (event) => {
    event.preventDefault();
    done(null);
  });
  dialog.querySelector("#insist")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = [...new FormData(event.currentTarget)].filter(([name]) => name !== "csrf");
    done({ id: Object.fromEntries(fields).moment, fields });
  });
  dialog.oncancel = (event) => {
    event.preventDefault();
    done(null);
  };
  dialog.showModal();
}
