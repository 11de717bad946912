// The bar at the foot of every page: the room, how one follows it, and what is asked.
import { fill, make, setText } from "../shared/dom.js";
import { setFollowing } from "./follow.js";
import { drawQuestion } from "./question.js";
import { codeTold, followersTold, WORDS } from "./words.js";

function statusOf(room) {
  if (room.gone) return room.gone;
  if (room.state?.closed) return WORDS.closed;
  if (!room.connected) return room.state ? WORDS.lost : WORDS.connecting;
  if (room.role === "driver") {
    if (room.trouble) return room.trouble;
    const told = followersTold(room.state.viewers);
    if (room.atHome) return `${told}; ${WORDS.at_home}`;
    return room.paused ? WORDS.paused : told;
  }
  if (room.trouble) return room.trouble;
  if (!room.state.place) return WORDS.waiting;
  return room.following ? WORDS.following : WORDS.looking;
}

function buttonsOf(room) {
  const button = (name, onclick, primary = false) =>
    make("button", { type: "button", class: primary ? "rm-button rm-primary" : "rm-button", onclick }, WORDS[name]);
  const over = Boolean(room.gone || room.state?.closed);
  const fold = room.state?.poll && !over
    ? [button(room.folded ? "unhide" : "hide", () => ((room.folded = !room.folded), room.changed()), room.folded)]
    : [];
  if (over) return [button("leave", () => room.leave())];
  if (room.role === "driver") {
    if (room.atHome) return fold;
    return [...fold, button(room.paused ? "go_on" : "pause", () => ((room.paused = !room.paused), room.changed()), room.paused)];
  }
  const way = room.following
    ? button("look", () => setFollowing(room, false))
    : button("back", () => setFollowing(room, true), true);
  return [...fold, ...(room.state?.place ? [way] : []), button("leave", () => room.leave())];
}

/** Build the bar on a root, once. */
export function buildBar(root, room) {
  const question = make("div", { class: "rm-panel" });
  const code = make("strong", { class: "rm-code" }, codeTold(room.code));
  const status = make("span", { class: "rm-status", role: "status" });
  const buttons = make("div", { class: "rm-buttons" });
  const line = make("div", { class: "rm-line" }, make("span", { class: "rm-dot", "aria-hidden": "true" }), code, status, buttons);
  fill(root, make("section", { class: "rm-bar-frame", "aria-label": WORDS.region }, question, line));
  // The arrow keys of a scale are not for the lecture's steps.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  room.ui = { root, question, status, buttons };
}

/** Bring the bar up to date. */
export function drawBar(room) {
  const { root, question, status, buttons } = room.ui;
  setText(status, statusOf(room));
  const alive = room.connected && !room.gone && !room.state?.closed;
  root.classList.toggle("rm-alive", Boolean(alive && (room.role === "driver" ? !room.paused && !room.atHome : room.following)));
  // Who follows needs none of the controls by which one goes: a phone has the room for other things.
  document.documentElement.dataset.room = alive && room.role === "viewer" && room.following ? "following" : "";
  const key = JSON.stringify([room.folded, room.paused, room.atHome, room.following, room.gone, room.state?.closed, Boolean(room.state?.poll), Boolean(room.state?.place)]);
  if (key !== buttons.key) {
    buttons.key = key;
    fill(buttons, ...buttonsOf(room));
  }
  drawQuestion(room, question);
}
