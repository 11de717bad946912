// Drives a recorded run: the same controls as a live one, answered from what was recorded.
import { appendRows, emptyHistory } from "./history.js";
import { checkpointsBefore, nextStop } from "./stops.js";

const WHOLE_SECONDS = 30; // a replay at full speed
const LONGEST_FRAME_MS = 1000; // a page that was out of sight does not leap on
const LEAST_SPEED = 4; // batches a second at full speed

/** Batches a second of a replay: as asked, or the whole run in half a minute. */
export function replaySpeed(perSecond, nBatches) {
  return perSecond || Math.max(LEAST_SPEED, nBatches / WHOLE_SECONDS);
}

/**
 * A replay.
 * @param packet {rows, checkpoints} as the server sends a recorded run; origin, the run in the store that is played again.
 * @param {number|null} step where it opens; null: at its end, with everything to see.
 * @param changed called after every change.
 */
export function createReplay(packet, step, changed) {
  const history = appendRows(emptyHistory(), packet.rows);
  history.checkpoints = packet.checkpoints ?? history.checkpoints;
  const end = history.lastStep;
  const replay = {
    live: false,
    canSeek: true,
    canSteer: true,
    history,
    step: Math.min(step ?? end, end),
    speed: 0,
    playing: false,
    target: end,
    run: null,
    origin: packet.origin ?? null,
  };
  let [request, before, part] = [0, 0, 0];

  function tick(now) {
    part += (Math.min(now - before, LONGEST_FRAME_MS) / 1000) * replaySpeed(replay.speed, end);
    before = now;
    const whole = Math.floor(part);
    part -= whole;
    replay.step = Math.min(replay.step + whole, replay.target);
    if (replay.step >= replay.target) replay.playing = false;
    else request = requestAnimationFrame(tick);
    if (whole || !replay.playing) changed();
  }

  function playTo(target) {
    cancelAnimationFrame(request);
    Object.assign(replay, { target, playing: target > replay.step });
    [before, part] = [performance.now(), 0];
    if (replay.playing) request = requestAnimationFrame(tick);
    changed();
  }

  replay.pause = () => playTo(replay.step);
  replay.seek = (place) => {
    replay.step = Math.min(Math.max(place, 0), end);
    replay.pause();
  };
  replay.play = () => {
    if (replay.step >= end) replay.step = 0; // as every player does
    playTo(end);
  };
  replay.until = (kind) => (kind === "batch" ? replay.seek(replay.step + 1) : playTo(nextStop(history, replay.step, kind)));
  replay.back = (place) => replay.seek(place);
  replay.stop = () => replay.seek(end);
  replay.checkpoints = () => checkpointsBefore(history, replay.step);
  replay.setSpeed = (perSecond) => {
    replay.speed = perSecond;
    changed();
  };
  replay.status = () => (replay.playing ? "playing" : replay.step >= end ? "at the end" : "paused");
  replay.dispose = () => cancelAnimationFrame(request);
  return replay;
}
