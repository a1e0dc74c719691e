// What was decided and not acknowledged yet, kept on this device: each window under a name of its own.

/**
 * Keeps the acts of one window under a name that begins with `about`. It holds a lock by that name while it is open, so
 * that other windows can tell whether what is kept there is still being sent.
 */
export class Waiting {
  constructor(about) {
    this.about = about;
    this.name = `${about}.${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
    navigator.locks?.request(this.name, () => new Promise(() => {}));
  }

  keep(acts) {
    try {
      if (acts.length) localStorage.setItem(this.name, JSON.stringify(acts));
      else localStorage.removeItem(this.name);
    } catch {
      // no room, or none allowed: they still wait in this page
    }
  }

  /** Gives what windows left that are gone, or go while this one is open, to `take`: the acts of each, once. */
  adopt(take) {
    for (const name of left(this.about)) {
      if (name === this.name) continue;
      const one = () => {
        const acts = taken(name);
        if (acts.length) take(acts);
      };
      if (navigator.locks) navigator.locks.request(name, one);
      else one(); // where nobody can tell, they may be sent twice: the server makes them once
    }
  }
}

function left(about) {
  try {
    return Object.keys(localStorage).filter((name) => name === about || name.startsWith(`${about}.`));
  } catch {
    return [];
  }
}

function taken(name) {
  try {
    const acts = JSON.parse(localStorage.getItem(name)) ?? [];
    localStorage.removeItem(name);
    return acts;
  } catch {
    return [];
  }
}

/** Says in a box what waits, and why: "network", "login", or "" while all is well. */
export function tellWaiting(box, { number, why }) {
  box.replaceChildren();
  if (!why || !number) return;
  const what = number === 1 ? "One decision waits" : `${number} decisions wait`;
  if (why === "network") return box.append(`${what} here until the server can be reached. Go on; nothing is lost.`);
  const door = document.createElement("a");
  door.href = `/desk/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  door.textContent = "Log in again";
  box.append(`${what} on this device. `, door, " and they are sent.");
}
