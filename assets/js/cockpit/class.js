// In a class: the lecturer's replay says at which batch it stands, a student's goes there. Neither draws the page anew.

/** Say which replay stands where, to whoever on the page wants to know. */
export function tellClass(view) {
  const { driver } = view;
  if (!driver || driver.live || view.kept) return; // a live run tells every browser itself
  const detail = { replay: { run: view.about.id, step: driver.step } };
  window.dispatchEvent(new CustomEvent("conescope:looked", { detail }));
}

/** Go to the batch of the lecturer's replay, if it is of the same run. */
export function goWithClass(view, wanted) {
  const { driver } = view;
  const replay = wanted?.replay;
  if (!replay || !driver || driver.live || replay.run !== view.about?.id || !Number.isInteger(replay.step)) return;
  view.followed = replay.step; // where the class is, no link of a student's needs to say
  if (driver.step !== replay.step || driver.playing) driver.seek(replay.step);
}

/** Go along from now on. */
export function joinClass(view) {
  view.onFollow = ({ detail }) => goWithClass(view, detail);
  window.addEventListener("conescope:follow", view.onFollow);
}

/** Go along no more. */
export function leaveClass(view) {
  window.removeEventListener("conescope:follow", view.onFollow);
}
