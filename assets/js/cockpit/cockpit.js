// A cockpit: elements, a driver and what is shown of a run, on one root node.
import { fill, make, setText } from "../shared/dom.js";
import { buildColumn, updateColumn } from "./column.js";
import { buildControls, updateControls } from "./controls.js";
import { frameAt } from "./frame.js";
import { listenToKeys } from "./keyboard.js";
import { createReplay } from "./replay.js";
import { heatLegend } from "./stack.js";
import { label, sentence } from "./words.js";

const ANNOUNCE_MS = 4000; // a screen reader is told at most this often

function buildHead(view) {
  const { ui } = view;
  ui.badge = make("span", { class: "ck-badge" });
  ui.title = make("b", { class: "ck-title" });
  ui.facts = make("span", { class: "ck-quiet" });
  ui.status = make("span", { class: "ck-status" });
  return make("div", { class: "ck-head" }, ui.badge, ui.title, ui.facts, make("span", { class: "ck-space" }), ui.status);
}

function announce(view, text) {
  if (!text || text === view.ui.live.textContent) return;
  clearTimeout(view.announceTimer);
  const wait = Math.max(0, (view.announced ?? -ANNOUNCE_MS) + ANNOUNCE_MS - performance.now());
  view.announceTimer = setTimeout(() => {
    view.announced = performance.now();
    setText(view.ui.live, text);
  }, wait);
}

/** What a listener should hear: borders and rests, not every batch. */
function announceChange(view, frame) {
  const { driver } = view;
  const active = frame.active;
  const locks = active?.groups.map((group) => Number(group.frozen)).join("");
  const key = [driver.status(), driver.playing, driver.run?.place, active?.stage.name, active?.state, active?.epoch, locks].join("|");
  if (view.heardKey === key) return;
  const first = view.heardKey === undefined;
  view.heardKey = key;
  if (!first) announce(view, `${view.ui.status.textContent}. ${view.ui.sentence.textContent}`);
}

/** The state as attributes of the root, for tests and for whoever inspects the page. */
function writeAttributes(view, frame) {
  const { driver, root } = view;
  Object.assign(root.dataset, {
    mode: driver.live ? "live" : "recorded", status: driver.status(), step: String(driver.step), stage: frame.active?.stage.name ?? "",
    playing: String(driver.playing), ready: "1", run: view.about.id,
    frozen: (frame.active?.groups ?? []).filter((group) => group.frozen).map((group) => group.name).join(","),
  });
}

function refresh(view) {
  const { ui, driver, about } = view;
  if (!driver || view.disposed) return;
  const frame = frameAt(driver.history, driver.live ? Infinity : driver.step);
  updateControls(view, frame);
  for (const column of view.columns) updateColumn(view, column, frame);
  setText(ui.sentence, sentence(frame, about.stages));
  const { kind, text } = label(about, driver, performance.timeOrigin / 1000);
  ui.badge.dataset.kind = kind;
  setText(ui.badge, text);
  const stored = driver.run ?? driver.origin;
  const facts = [stored?.data, about.facts, stored?.hardware].filter(Boolean).join(" · ");
  setText(ui.facts, facts);
  setText(ui.note, driver.run?.note ?? "");
  announceChange(view, frame);
  writeAttributes(view, frame);
  view.host.onRest(view);
}

/** Ask for a refresh with the next frame of the screen. */
export function touch(view) {
  if (view.scheduled) return;
  view.scheduled = requestAnimationFrame(() => {
    view.scheduled = 0;
    refresh(view);
  });
}

/** Show a run's own labels and empty columns; a driver brings them to life. */
export function showAbout(view, about) {
  const { ui } = view;
  view.about = about;
  setText(ui.title, about.title);
  setText(ui.facts, about.facts);
  view.columns = about.stages.map((stage, index) => buildColumn(view, stage, index));
  view.columns.at(-1).isLast = true;
  fill(ui.columns, ...view.columns.map((column) => column.element));
}

/** A sentence that the reader should see; "" takes it away. */
export function tell(view, text) {
  setText(view.ui.notice, text);
  view.ui.notice.hidden = !text;
}

/** Put another driver in place. */
export function drive(view, driver) {
  view.driver?.dispose();
  view.kept?.dispose();
  view.kept = null;
  view.driver = driver;
  view.heardKey = undefined;
  touch(view);
}

/** Play a run of the store again, as if it were recorded; or return to it. */
export function toggleReplay(view) {
  if (view.kept) {
    view.driver.dispose();
    [view.driver, view.kept] = [view.kept, null];
  } else {
    const { history, run } = view.driver;
    view.kept = view.driver;
    view.driver = createReplay({ rows: history.rows, checkpoints: run.checkpoints, origin: run }, 0, () => touch(view));
    view.driver.play();
  }
  touch(view);
}

/**
 * Build a cockpit on a root element of its own; `host.onRest(view)` hears of every refresh; `host.isPart` is true where the
 * page has keys of its own, and the cockpit's only work within it.
 */
export function createCockpit(root, host) {
  const view = { root, host, ui: {}, columns: [], driver: null, about: null };
  const { ui } = view;
  view.announce = (text) => announce(view, text);
  view.toggleReplay = () => toggleReplay(view);
  view.seek = (step) => view.driver?.seek(step);
  ui.sentence = make("p", { class: "ck-sentence" });
  ui.notice = make("p", { class: "ck-notice", role: "alert", hidden: true });
  ui.note = make("p", { class: "ck-note" });
  ui.columns = make("div", { class: "ck-columns" });
  ui.live = make("div", { class: "ck-hidden", "aria-live": "polite" });
  root.classList.add("cockpit");
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "Training in three stages");
  root.replaceChildren(buildHead(view), buildControls(view), ui.notice, ui.note, ui.sentence, ui.columns, heatLegend(), ui.live);
  view.forgetKeys = listenToKeys(view);
  return view;
}

/** Stop everything. */
export function disposeCockpit(view) {
  view.disposed = true;
  view.driver?.dispose();
  view.kept?.dispose();
  view.forgetKeys();
  clearTimeout(view.announceTimer);
  cancelAnimationFrame(view.scheduled);
  view.root.replaceChildren();
}
