// What the class is asked: options to touch or a number on a scale; for the lecturer, what to do with the vote.
import { fill, make } from "../shared/dom.js";
import { drawBars } from "./bars.js";
import { post } from "./stream.js";
import { votedTold, WORDS } from "./words.js";

async function cast(room, choice) {
  try {
    room.trouble = await post(room, "/vote", { round: room.state.poll.round, choice });
    if (!room.trouble) room.voted = choice;
  } catch {
    room.trouble = WORDS.lost;
  }
  room.changed();
}

async function tell(room, what) {
  try {
    room.trouble = await post(room, "/poll", { do: what });
  } catch {
    room.trouble = WORDS.lost;
  }
  room.changed();
}

function options(room, poll) {
  const buttons = poll.options.map((name, at) =>
    make("button", { type: "button", class: "rm-choice", "aria-pressed": String(room.voted === at), onclick: () => cast(room, at) },
      make("span", { class: "rm-mark", "aria-hidden": "true" }, room.voted === at ? "●" : "○"), name));
  return make("div", { class: "rm-choices", role: "group", "aria-label": poll.question }, ...buttons);
}

function decimals(step) {
  return Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9)));
}

function scale(room, poll) {
  const [low, high, step] = poll.scale;
  const at = room.draft ?? room.voted ?? (low + high) / 2;
  const told = make("output", { class: "rm-number" }, Number(at).toFixed(decimals(step)));
  const input = make("input", { type: "range", min: low, max: high, step, "aria-label": WORDS.number });
  input.value = at;
  input.oninput = () => {
    room.draft = Number(input.value);
    told.textContent = room.draft.toFixed(decimals(step));
  };
  const button = make("button", { type: "button", class: "rm-button rm-primary", onclick: () => cast(room, Number(input.value)) }, WORDS.vote);
  return make("div", { class: "rm-scale" }, make("span", {}, `${low}`), input, make("span", {}, `${high}`), told, button);
}

function measuredTold({ measured }) {
  return measured ? [make("p", { class: "rm-told" }, make("strong", {}, `${WORDS.measured}: `), measured.told)] : [];
}

function forStudent(room, poll) {
  if (poll.open) {
    const waiting = poll.scale ? WORDS.no_number : WORDS.not_voted;
    const said = room.voted === null || room.voted === undefined ? waiting : WORDS.voted;
    return [poll.scale ? scale(room, poll) : options(room, poll), make("p", { class: "rm-said" }, said)];
  }
  return poll.counts ? [drawBars(poll), ...measuredTold(poll)] : [make("p", { class: "rm-said" }, WORDS.over)];
}

function forDriver(room, poll) {
  const button = (name, primary = false) =>
    make("button", { type: "button", class: primary ? "rm-button rm-primary" : "rm-button", onclick: () => tell(room, name) }, WORDS[name]);
  const told = poll.voted.map((n, at) => votedTold(at + 1, n, at + 1 === poll.round && poll.open)).join(" ");
  const body = poll.counts ? [drawBars(poll)] : [make("p", { class: "rm-said" }, `${told} ${WORDS.hidden}`)];
  const buttons = [
    ...(poll.open ? [button("close", true)] : []),
    ...(poll.counts ? [] : [button("show", !poll.open)]),
    ...(poll.open || poll.measured ? [] : [button("again")]),
    button("away"),
  ];
  return [...body, ...measuredTold(poll), make("div", { class: "rm-buttons" }, ...buttons)];
}

/** Draw the question into its place, anew only where something in it has changed. */
export function drawQuestion(room, place) {
  const { poll, closed } = room.state ?? {};
  place.hidden = !poll || closed || room.folded;
  const key = JSON.stringify([poll, room.voted ?? null, place.hidden]);
  if (place.hidden || key === place.key) return;
  if (poll.number !== place.number) room.draft = null;
  place.key = key;
  place.number = poll.number;
  const focused = place.getRootNode().activeElement?.textContent;
  fill(place,
    make("p", { class: "rm-question" }, poll.question),
    ...(room.role === "driver" ? forDriver(room, poll) : forStudent(room, poll)));
  // What was drawn anew should not lose the keyboard's place.
  for (const button of place.querySelectorAll("button")) if (focused && button.textContent.slice(1) === focused.slice(1)) button.focus();
}
