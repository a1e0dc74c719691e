// Words handed on: to the clipboard, or by the device's own sharing where it has one.

export const canShare = Boolean(navigator.share);

/** True if a text is in the clipboard now. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // away from https and from this machine there is no clipboard to write to, but there is still the browser's own copying
    let took = false;
    const take = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", text);
      took = true;
    };
    document.addEventListener("copy", take, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", take);
    return took;
  }
}

/** Lets a person share; resolves when they have, or have closed it without. */
export const share = (title, text, url) => navigator.share({ title, text, url }).catch(() => {});
