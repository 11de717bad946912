// A class's room as a Streamlit component (components v2): one bar on every page of a browser that follows or drives.
// The page calls the default export on every rerun; the room itself comes over its own stream.
import { make } from "../shared/dom.js";
import { buildBar, drawBar } from "./bar.js";
import { startDriving, stopDriving } from "./drive.js";
import { followTo } from "./follow.js";
import { closeStream, openStream } from "./stream.js";

function rootIn(parentElement) {
  const found = parentElement.querySelector(".room");
  if (found) return found;
  const root = make("div", { class: "room" });
  parentElement.append(root);
  return root;
}

function enter(root, data) {
  const room = { code: data.code, role: data.role, home: data.home, following: true, folded: false, paused: false };
  Object.assign(room, { state: null, connected: false, voted: null, trouble: "", gone: "", disposed: false });
  room.changed = () => !room.disposed && drawBar(room);
  room.arrived = () => room.role === "viewer" && followTo(room);
  room.refused = () => root.page.setTriggerValue("refused", true); // the page then finds who drives
  room.leave = () => root.page.setTriggerValue("left", true);
  buildBar(root, room);
  drawBar(room);
  openStream(room);
  if (room.role === "driver") startDriving(room);
  return room;
}

function exit(room) {
  stopDriving(room);
  closeStream(room);
  window.conescopeFollowed = null;
  delete document.documentElement.dataset.room;
}

/** Entry point: be in the room that `data` names; stay in it as long as it is the same. */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = rootIn(parentElement);
  root.page = { setTriggerValue };
  if (!data) return undefined;
  root.classList.toggle("rm-presenter", Boolean(data.presenter));
  const key = `${data.role} ${data.code}`;
  if (root.roomKey !== key) {
    if (root.room) exit(root.room);
    root.roomKey = key;
    root.room = enter(root, data);
  }
  return () => {
    if (root.room) exit(root.room);
    delete root.room;
    delete root.roomKey;
  };
}
