// The stream of a room: the whole room at once, and again at each change. A server that restarts is found again.
import { appBase } from "./place.js";

const AGAIN_MS = 2000;

/** Address of a room's route. */
export function routeOf(room, part = "") {
  return `${appBase()}api/rooms/${room.code}${part}`;
}

async function sentenceOf(answer) {
  try {
    return (await answer.json()).error ?? "";
  } catch {
    return "";
  }
}

/** Post JSON; the sentence of what was refused, "" if nothing was; throws where there is no server. */
export async function post(room, part, values) {
  const answer = await fetch(routeOf(room, part), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(values),
  });
  if (answer.status === 403) room.refused(); // the room was handed over
  return answer.ok ? "" : (await sentenceOf(answer)) || `The server answered ${answer.status}.`;
}

/** Has the room gone, or only the server for a moment? */
async function askAfter(room) {
  try {
    const answer = await fetch(routeOf(room));
    if (answer.status === 404) {
      room.gone = await sentenceOf(answer);
      return room.changed();
    }
  } catch {
    // no server yet
  }
  if (!room.disposed) room.timer = setTimeout(() => openStream(room), AGAIN_MS * (0.5 + Math.random()));
}

/** What this browser has voted, which the stream, the same for all, does not say. */
async function askForVote(room) {
  const { number, round } = room.state.poll;
  const answer = await fetch(routeOf(room)).catch(() => null);
  if (!answer?.ok) return;
  const { voted } = await answer.json();
  const { poll } = room.state;
  // Who voted meanwhile knows better than an answer that was under way.
  if (room.voted !== null || poll?.number !== number || poll?.round !== round) return;
  room.voted = voted;
  room.changed();
}

/** Open the stream; `room.state` is then what the server last said. */
export function openStream(room) {
  room.source?.close();
  const source = new EventSource(routeOf(room, room.role === "driver" ? "/events?as=driver" : "/events"));
  room.source = source;
  source.onmessage = ({ data }) => {
    const before = room.state?.poll;
    room.state = JSON.parse(data);
    room.connected = true;
    const { poll } = room.state;
    if (poll && (poll.number !== before?.number || poll.round !== before?.round)) {
      room.voted = null;
      room.folded = false;
      if (room.role !== "driver") askForVote(room);
    }
    room.arrived(room.state);
    room.changed();
    if (room.state.closed) source.close();
  };
  source.onerror = () => {
    room.connected = false;
    room.changed();
    if (source.readyState === EventSource.CLOSED) askAfter(room);
  };
}

/** Stop listening. */
export function closeStream(room) {
  room.disposed = true;
  clearTimeout(room.timer);
  room.source?.close();
}
