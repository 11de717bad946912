// What a reader has done, kept in their own browser and nowhere else: lecture -> steps seen, answers given.
const PROGRESS = "conescope lectures";
const CLOCK = "conescope clock";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {}; // storage is forbidden here, or holds something else
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Private windows and full disks: the lecture goes on, and nothing is remembered.
  }
}

/** Everything that is kept, as it is exported. */
export function progress() {
  return read(PROGRESS);
}

/** What is kept of one lecture. */
export function progressOf(slug) {
  return { seen: [], answers: {}, ...progress()[slug] };
}

/** Remember that a step was seen, and which answers stand now. An answer that was taken back goes. */
export function remember(slug, step, answers) {
  const kept = progressOf(slug);
  if (step && !kept.seen.includes(step)) kept.seen.push(step);
  const here = step ? `${slug} ${step} ` : "";
  const elsewhere = Object.entries(kept.answers).filter(([place]) => !here || !place.startsWith(here));
  kept.answers = { ...Object.fromEntries(elsewhere), ...answers };
  write(PROGRESS, { ...progress(), [slug]: kept });
}

/** Forget all of it. */
export function forget() {
  try {
    localStorage.removeItem(PROGRESS);
  } catch {
    // Nothing could be kept either.
  }
}

/** When the clock of a lecture was started, in milliseconds; started now if it was not. */
export function clockStart(slug, again = false) {
  const kept = read(CLOCK);
  if (again || !kept[slug]) write(CLOCK, { ...kept, [slug]: Date.now() });
  return read(CLOCK)[slug] ?? Date.now();
}
