// The cockpit as a Streamlit component (components v2). The page calls the default export on every rerun.
import { make } from "../shared/dom.js";
import { goWithClass, joinClass, leaveClass, tellClass } from "./class.js";
import { createCockpit, disposeCockpit, drive, showAbout, tell, touch } from "./cockpit.js";
import { createLive } from "./live.js";
import { createReplay } from "./replay.js";

const SETTLED_MS = 500; // the page hears of a replay's place once it stands still so long

function rootIn(parentElement) {
  const found = parentElement.querySelector(".cockpit");
  if (found) return found;
  const root = make("div", { class: "cockpit" });
  parentElement.append(root);
  return root;
}

/** Tell the page where a replay stands, and when a live run has reached another state. */
function tellPage(view) {
  const { driver, root } = view;
  tellClass(view);
  if (view.kept) return; // a run of the store that is played again has no place in the link
  const said = driver.live ? `${driver.run?.status} ${driver.run?.revision}` : String(driver.step);
  if (root.said === said || (driver.playing && !driver.live)) return;
  clearTimeout(root.sayTimer);
  if (!driver.live && driver.step === view.followed) return; // it went there with its class
  root.sayTimer = setTimeout(() => {
    if (view.disposed || root.said === said) return;
    const isFirst = root.said === undefined;
    root.said = said;
    if (!isFirst) root.page().setStateValue("rest", { run: view.about.id, step: driver.live ? null : driver.step, said });
  }, SETTLED_MS);
}

async function load(view, data) {
  const changed = () => touch(view);
  if (data.about.kind === "live") return drive(view, createLive(data.url, data.may_steer, changed, (text) => tell(view, text)));
  try {
    const answer = await fetch(data.url);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const packet = await answer.json();
    if (view.url !== data.url || view.disposed) return;
    drive(view, createReplay(packet, data.step, changed));
    goWithClass(view, window.conescopeFollowed);
  } catch (error) {
    tell(view, `The recorded run could not be loaded: ${error.message}.`);
  }
}

/** Another run was chosen or started, perhaps far below: its beginning should not be out of sight. */
function bringIntoSight(root) {
  requestAnimationFrame(() => {
    const { top } = root.getBoundingClientRect();
    if (top < 0 || top > innerHeight * 0.7) root.scrollIntoView({ block: "start" });
  });
}

/** Entry point: show the run that `data` names; keep what the reader did as long as it is the same run. */
export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const root = rootIn(parentElement);
  root.pageNow = { setStateValue };
  root.page = () => root.pageNow; // the functions of the newest rerun
  if (!data) return undefined;
  if (!root.view) {
    root.view = createCockpit(root, { onRest: tellPage, isPart: Boolean(data.is_part) });
    joinClass(root.view);
  }
  const view = root.view;
  root.classList.toggle("ck-presenter", Boolean(data.presenter));
  const aboutKey = JSON.stringify(data.about);
  if (view.aboutKey !== aboutKey) showAbout(view, data.about);
  view.aboutKey = aboutKey;
  if (view.url !== data.url || view.maySteer !== data.may_steer) {
    if (view.url && view.url !== data.url) bringIntoSight(root);
    Object.assign(view, { url: data.url, maySteer: data.may_steer });
    root.said = undefined;
    tell(view, "");
    load(view, data);
  } else touch(view);
  return () => {
    leaveClass(view);
    disposeCockpit(view);
    delete root.view;
  };
}
