// Copies a text that stands on the page; where the browser can't, its button stays away and the text can be selected.

for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  const done = button.parentElement.querySelector("[role=status]");
  try {
    await navigator.clipboard.writeText(text.textContent);
    done.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(text);
    done.textContent = "Selected: now press Ctrl or ⌘ and C";
  }
}
