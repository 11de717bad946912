// The lecturer's side: what the browser's address and the cloud's viewer or a replay say is sent to the class.
import { placeNow } from "./place.js";
import { post } from "./stream.js";

const LOOK_MS = 120; // the address tells nobody when it changes
const RETRY_MS = 1000;

function take(room) {
  const place = placeNow();
  const key = `${place.page}?${place.query}`;
  if (place.page !== room.place?.page) room.view = null;
  const settled = key === room.placeSeen; // a page's address comes in two steps: name, then state
  room.placeSeen = key;
  room.place = place;
  return settled;
}

async function send(room) {
  const message = JSON.stringify({ ...room.place, view: room.view });
  if (message === room.sent || room.sending) return;
  room.sending = true;
  try {
    room.trouble = await post(room, "/state", JSON.parse(message));
    room.sent = message; // refused or not: the same again would be answered the same
  } catch {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS)); // no server: the newest is sent once there is one
  }
  room.sending = false;
  room.changed();
}

/** True where the class does not follow: pages for the lecturer alone, and the speaker's window, which follows too. */
export function isAtHome(room) {
  const { page, query } = placeNow();
  return room.home.includes(page) || new URLSearchParams(query).has("speaker");
}

/** Watch and send, until `stopDriving`. */
export function startDriving(room) {
  room.onLooked = ({ detail }) => (room.view = detail);
  window.addEventListener("conescope:looked", room.onLooked);
  room.watching = setInterval(() => {
    const wasAtHome = room.atHome;
    room.atHome = isAtHome(room);
    if (room.atHome !== wasAtHome) room.changed();
    if (take(room) && !room.atHome && !room.paused && !room.state?.closed) send(room);
  }, LOOK_MS);
}

/** Leave the address and the viewer alone. */
export function stopDriving(room) {
  clearInterval(room.watching);
  window.removeEventListener("conescope:looked", room.onLooked);
}
