// The row of controls: the same for a live run and for a recorded one.
import { fill, icon, iconButton, make, setText } from "../shared/dom.js";
import { KEY_HELP, formatCount, statusInWords } from "./words.js";

const SPEEDS = [[1, "1 batch a second"], [5, "5 a second"], [25, "25 a second"], [0, "full speed"]];
const WATCHING = "You are watching: only the browser that started this run can steer it.";

function button(name, text, meaning, key, act) {
  const label = `${meaning} (${key})`;
  return make("button", { type: "button", class: "ck-button", title: label, "aria-keyshortcuts": key === "space" ? "Space" : key, onclick: act },
    icon(name), make("span", {}, text));
}

/** Play, or pause what plays. */
export function togglePlay(view) {
  if (view.driver.playing) view.driver.pause();
  else view.driver.play();
}

/** Back to the checkpoint before. */
export function stepBack(view) {
  view.driver.back(view.driver.checkpoints().at(-1)?.step ?? 0);
}

/** Show or close the list of keys. */
export function toggleHelp(view, open = view.ui.help.hidden) {
  view.ui.help.hidden = !open;
  (open ? view.ui.help.querySelector("button") : view.ui.helpButton).focus();
}

/** Fill the screen with the cockpit, or return. */
function toggleFullscreen(view) {
  const done = document.fullscreenElement ? document.exitFullscreen() : view.root.requestFullscreen?.();
  // A frame may forbid it; the cockpit simply stays as large as it is.
  done?.catch(() => view.announce("This page does not allow full screen."));
}

function buildHelp(view) {
  const rows = KEY_HELP.flatMap(([key, meaning]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, meaning)]);
  return make("div", { class: "ck-help", role: "dialog", "aria-label": "Keys", hidden: true },
    make("div", { class: "ck-help-head" }, make("h3", {}, "Keys"), iconButton("close", "Close", () => toggleHelp(view, false))),
    make("dl", {}, ...rows), make("p", { class: "ck-quiet" }, view.host.isPart ? "They work while the focus is in this figure." : "They work anywhere on the page, except while you type."));
}

function buildBack(view) {
  const { ui } = view;
  ui.back = make("select", { class: "ck-select", "aria-label": "Back to a checkpoint", title: "Back to a checkpoint (b: the one before)",
    onchange: () => {
      const step = Number(ui.back.value);
      ui.back.value = "";
      view.driver.back(step);
    } });
  return make("label", { class: "ck-labelled" }, icon("back"), ui.back);
}

/** Build the controls into `view.ui`; the row itself. */
export function buildControls(view) {
  const { ui } = view;
  const until = (kind) => () => view.driver.until(kind);
  ui.play = button("play", "Play", "Play", "space", () => togglePlay(view));
  ui.play.classList.add("ck-primary");
  ui.steps = [
    button("batch", "Batch", "One batch", ".", until("batch")), button("epoch", "Epoch", "To the end of the epoch", "e", until("epoch")),
    button("unlock", "Unfreezing", "To the next unfreezing", "u", until("unfreezing")), button("stage", "Stage", "To the end of the stage", "s", until("stage")),
  ];
  ui.stop = button("stop", "Stop", "Stop", "x", () => view.driver.stop());
  ui.replay = make("button", { type: "button", class: "ck-button", hidden: true, onclick: () => view.toggleReplay() }, "");
  ui.speed = make("select", { class: "ck-select", "aria-label": "Speed", onchange: () => view.driver.setSpeed(Number(ui.speed.value)) },
    ...SPEEDS.map(([perSecond, text]) => make("option", { value: String(perSecond) }, text)));
  ui.helpButton = make("button", { type: "button", class: "cs-icon-button", title: "Keys (?)", "aria-label": "Keys", onclick: () => toggleHelp(view) }, "?");
  ui.help = buildHelp(view);
  ui.watching = make("p", { class: "ck-quiet ck-watching", hidden: true }, WATCHING);
  ui.controls = make("div", { class: "ck-controls" }, ui.play, ...ui.steps, buildBack(view), ui.stop,
    ui.replay, make("span", { class: "ck-space" }), ui.speed, iconButton("fullscreen", "Full screen", () => toggleFullscreen(view)), ui.helpButton);
  return make("div", {}, ui.controls, ui.watching, ui.help);
}

function checkpointTitle(view, checkpoint) {
  if (!checkpoint.step) return "the beginning";
  const stage = view.driver.history.stages.findLast((each) => each.first < checkpoint.step);
  const title = view.about.stages.find((each) => each.name === stage?.name)?.title ?? "";
  const end = stage?.endedAt === checkpoint.step ? `end of ${title}` : title;
  return `${end}, batch ${formatCount(checkpoint.step - (stage?.first ?? 0))}`;
}

function updateBack(view) {
  const { ui } = view;
  const found = view.driver.checkpoints();
  const key = found.map((checkpoint) => checkpoint.step).join(" ");
  if (ui.back.dataset.key === key) return;
  ui.back.dataset.key = key;
  const options = found.map((each) => make("option", { value: String(each.step) }, checkpointTitle(view, each))).reverse();
  fill(ui.back, make("option", { value: "" }, "Back to …"), ...options);
  ui.back.value = "";
}

/** What may be pressed now. */
function allowed(view) {
  const { driver } = view;
  if (!driver.live) return { play: true, on: driver.step < driver.history.lastStep, back: driver.step > 0, stop: driver.step < driver.history.lastStep };
  const status = driver.run?.status;
  const known = driver.canSteer && Boolean(status) && !driver.gone;
  const over = status === "finished";
  return { play: known && !over, on: known && !over, back: known && driver.step > 0, stop: known && !["finished", "stopped", "failed"].includes(status) };
}

/** Is a batch of the newest stage done? Before the first one, the stage's texts are read. */
function hasBegun({ active }) {
  return Boolean(active && active.state === "active" && active.count);
}

/** Bring the controls in line with the run. */
export function updateControls(view, frame) {
  const { ui, driver } = view;
  const may = allowed(view);
  if (ui.play.dataset.playing !== String(driver.playing)) {
    ui.play.dataset.playing = String(driver.playing);
    fill(ui.play, icon(driver.playing ? "pause" : "play"), make("span", {}, driver.playing ? "Pause" : "Play"));
    ui.play.title = driver.playing ? "Pause (space)" : "Play (space)";
  }
  ui.play.disabled = !may.play;
  for (const each of ui.steps) each.disabled = !may.on;
  ui.back.disabled = !may.back;
  ui.stop.disabled = !may.stop;
  ui.speed.disabled = driver.live && !driver.canSteer;
  if (!ui.speed.matches(":focus")) ui.speed.value = String(SPEEDS.find(([perSecond]) => Math.abs(perSecond - driver.speed) < 0.01)?.[0] ?? 0);
  ui.watching.hidden = !driver.live || driver.canSteer;
  const isAtRest = driver.live && ["paused", "finished", "stopped", "failed"].includes(driver.run?.status) && driver.step > 0;
  ui.replay.hidden = !isAtRest && !view.kept;
  setText(ui.replay, view.kept ? "Back to the run" : "Replay");
  updateBack(view);
  setText(ui.status, driver.live ? (driver.run ? statusInWords(driver.run, hasBegun(frame)) : "") : driver.status());
}
