// What a lecture needs of the browser itself: keys, full screen, the speaker's window, what is remembered.
import { fill, make } from "../shared/dom.js";
import { joinWindows } from "./channel.js";
import { makeClock } from "./clock.js";
import { guardKeys } from "./keys.js";
import { showShelf } from "./shelf.js";
import { progressOf, remember } from "./store.js";

function rootIn(parentElement) {
  const found = parentElement.querySelector(".player");
  if (found) return found;
  const root = make("div", { class: "player" });
  parentElement.append(root);
  return root;
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.();
}

function openSpeaker({ lecture, step, drive }) {
  const link = new URL(location.href);
  // Who drives a class steers its votes there too.
  link.search = new URLSearchParams({ lecture, step, speaker: "true", ...(drive ? { drive } : {}) });
  window.open(link, "conescope-speaker", "popup,width=1000,height=760");
}

function button(label, onclick) {
  return make("button", { type: "button", class: "pl-button", onclick }, label);
}

function buttons(view) {
  const { presenter, lecture } = view.data;
  if (!presenter || !lecture) return fill(view.root);
  fill(view.root, make("div", { class: "pl-row" },
    button("Full screen", fullScreen),
    button("Speaker's window", () => openSpeaker(view.data))));
}

/** The answers of an earlier visit come back once; then what is answered now is what is kept. */
function restore(view, page) {
  const { lecture, step, answers, fresh } = view.data;
  const kept = progressOf(lecture).answers;
  if (fresh && Object.keys(kept).length && !view.restored) {
    view.restored = true;
    page.setTriggerValue("restored", kept);
    return;
  }
  view.restored = true;
  remember(lecture, step, answers);
}

function begin(root) {
  const view = { root, data: {} };
  const here = () => ({ lecture: view.data.lecture, step: view.data.step, speaker: view.data.mode === "speaker" });
  view.windows = joinWindows(here, (step) => view.page.setTriggerValue("turned", step));
  view.unguard = guardKeys(() => Boolean(view.data.presenter));
  return view;
}

function speaker(view) {
  if (!view.clock) {
    view.clock = makeClock(() => view.data);
    fill(view.root, view.clock.element);
    view.windows.ask();
  } else view.clock.show();
  view.windows.tell();
}

/** Entry point, called on every rerun of the page. */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = rootIn(parentElement);
  if (!data) return undefined;
  root.view ??= begin(root);
  const { view } = root;
  Object.assign(view, { data, page: { setTriggerValue } });
  root.classList.toggle("pl-presenter", Boolean(data.presenter));
  if (data.mode === "shelf") showShelf(root, data.lectures, () => view.page.setTriggerValue("forgotten", true));
  else if (data.mode === "speaker") speaker(view);
  else {
    buttons(view);
    restore(view, view.page);
    view.windows.tell();
  }
  return () => {
    view.windows.leave();
    view.unguard();
    view.clock?.stop();
    delete root.view;
  };
}
