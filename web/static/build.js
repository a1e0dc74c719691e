// Elements made by scripts: always from plain text, never from markup.

/** An element: `made("p", {class: "quiet"}, "words", other)`. Attributes that are false or null are left out. */
export function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Asks in the page, in the place of a button, before something that cannot be undone. Resolves to the answer. */
export function ask(button, question, yes) {
  return new Promise((answer) => {
    const [doIt, leaveIt] = [yes, "No, keep it"].map((text) => made("button", { type: "button", class: "words" }, text));
    const asked = made("div", { class: "ask", role: "group", "aria-label": question }, made("p", {}, question), doIt, leaveIt);
    const done = (meant) => {
      asked.remove();
      button.hidden = false;
      if (button.isConnected) button.focus();
      answer(meant);
    };
    doIt.addEventListener("click", () => done(true));
    leaveIt.addEventListener("click", () => done(false));
    asked.addEventListener("keydown", (event) => event.key === "Escape" && done(false));
    button.after(asked);
    button.hidden = true;
    leaveIt.focus();
  });
}

/** Hands a text to the browser as a file to keep. It is made here and travels nowhere. */
export function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  made("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
