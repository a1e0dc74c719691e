// What is kept on this device and nowhere else: JSON under names of our own, in the browser's local storage.

const NAME = (name) => `companion.${name}`;

/** What is kept under a name; `otherwise` where there is nothing, or nothing that can be read. */
export function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(NAME(name))) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Keeps a value under a name. False where the browser keeps nothing: it is full, or told not to. */
export function write(name, value) {
  try {
    localStorage.setItem(NAME(name), JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Forgets what is kept under a name. */
export function forget(name) {
  try {
    localStorage.removeItem(NAME(name));
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
}

/** Calls `redraw` when another window of this browser changed what is kept under a name. */
export function onChange(name, redraw) {
  addEventListener("storage", (event) => {
    if (event.key === null || event.key === NAME(name)) redraw();
  });
}
