// Times as people and addresses write them; the same spellings as the server reads.

const COLONS = /^(?:(\d{1,3}):(?=\d?\d:))?(\d{1,3}):([0-5]?\d(?:[.,]\d*)?)$/;
const UNITS = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6}(?:\.\d*)?)s)?$/;
const PLAIN = /^\d{1,6}(?:\.\d*)?$/;

/** 83.4 -> "1:23"; 3723 -> "1:02:03". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** 83.4 -> "1:23.40", or "1:23.4" in tenths (`parts` of a second). */
export function exact(seconds, parts = 100) {
  const all = Math.round(seconds * parts);
  return `${clock(Math.floor(all / parts))}.${String(all % parts).padStart(String(parts).length - 1, "0")}`;
}

/** "83", "1:23" or "1h2m3s" in seconds; null for anything else. */
export function parseTime(text) {
  const plain = text.trim().toLowerCase();
  if (PLAIN.test(plain)) return Number(plain);
  const match = COLONS.exec(plain) ?? (plain ? UNITS.exec(plain) : null);
  if (!match) return null;
  const [h, m, s] = match.slice(1).map((part) => Number((part ?? "0").replace(",", ".")));
  return h * 3600 + m * 60 + s;
}

/** The "t" of an address's fragment, "#t=83,97", as {start, end}; null where there is none. */
export function fragmentOf(hash) {
  const value = new URLSearchParams(hash.replace(/^#/, "")).get("t");
  if (value === null) return null;
  const [first, second = ""] = value.replace(/^npt:/, "").split(",");
  const start = parseTime(first) ?? 0;
  const end = parseTime(second);
  return { start, end: end !== null && end > start ? end : null };
}
