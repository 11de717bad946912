// Drives a live run: asks the server what is new about twice a second, and passes the controls on to it.
import { appendRows, cutAfter, emptyHistory } from "./history.js";

const WAIT_MS = { queued: 700, starting: 400, running: 400, lost: 1500 };
const REST_MS = 1500; // someone else may set it going again
const HIDDEN_MS = 4000; // nobody looks
const FAILED_MS = 2500;

/** How long to wait before the server is asked again. */
export function waitMs(run, { hidden, failed }) {
  if (failed) return FAILED_MS;
  return hidden ? HIDDEN_MS : WAIT_MS[run?.status] ?? REST_MS;
}

/**
 * A live run.
 * @param {string} url where the run answers: `${url}/events`, and commands by POST.
 * @param {boolean} canSteer only the browser that started a run may steer it.
 * @param changed called after every change.
 * @param tell called with a sentence that the reader should see; "" when it no longer holds.
 */
export function createLive(url, canSteer, changed, tell) {
  const live = { live: true, canSeek: false, canSteer, history: emptyHistory(), run: null, speed: 0, gone: false };
  let [timer, asking, disposed, failures] = [0, false, false, 0];

  function take(answer) {
    if (live.run && answer.run.revision !== live.run.revision && answer.cut !== null) live.history = cutAfter(live.history, answer.cut);
    appendRows(live.history, answer.rows);
    live.run = answer.run;
    live.speed = answer.run.pace > 0 ? 1 / answer.run.pace : 0;
    if (failures) tell("");
    failures = 0;
    changed();
    return answer.more;
  }

  async function answerOf(response) {
    if (response.ok) return response.json();
    const { error } = await response.json().catch(() => ({}));
    throw Object.assign(new Error(error ?? `The server answered ${response.status}.`), { status: response.status });
  }

  async function ask() {
    if (asking || disposed || live.gone) return;
    asking = true;
    clearTimeout(timer);
    let more = false;
    try {
      const query = `after=${live.history.last}&revision=${live.run?.revision ?? -1}`;
      const answer = await answerOf(await fetch(`${url}/events?${query}`, { cache: "no-store" }));
      if (!disposed && answer.gone) leave(answer.gone);
      else if (!disposed) more = take(answer);
    } catch (error) {
      if (!disposed) failed(error);
    }
    asking = false;
    schedule(more ? 0 : waitMs(live.run, { hidden: document.hidden, failed: failures > 0 }));
  }

  /** There is no such run, or no longer: what is shown stays, and nobody asks again. */
  function leave(sentence) {
    live.gone = true;
    tell(sentence);
    changed();
  }

  function failed(error) {
    failures += 1;
    if (error.status === 404) return leave(error.message);
    if (failures > 1) tell("The server does not answer. What is shown stays; the run goes on where it was as soon as it does.");
    changed();
  }

  function schedule(ms) {
    clearTimeout(timer);
    if (!disposed && !live.gone) timer = setTimeout(ask, ms);
  }

  async function command(name, values = {}) {
    if (!canSteer) return;
    try {
      const response = await fetch(`${url}/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(values) });
      await answerOf(response);
      tell("");
    } catch (error) {
      tell(error.message);
    }
    ask();
  }

  Object.defineProperty(live, "step", { get: () => live.history.lastStep });
  Object.defineProperty(live, "playing", {
    get: () => ["queued", "starting", "running", "lost"].includes(live.run?.status) && live.run.want === "running",
  });
  live.play = () => command("resume");
  live.pause = () => command("pause");
  live.until = (kind) => command("resume", { until: kind });
  live.back = (step) => command("back", { step });
  live.stop = () => command("stop");
  live.seek = () => {};
  live.checkpoints = () => {
    const known = (live.run?.checkpoints ?? []).filter((checkpoint) => checkpoint.step > 0);
    return [{ step: 0, weights: live.history.stages[0]?.from ?? "", reason: "" }, ...known].filter((each) => each.step < live.step || live.run?.status === "failed");
  };
  live.setSpeed = (perSecond) => command("pace", { seconds: perSecond ? 1 / perSecond : 0 });
  live.status = () => live.run?.status ?? "";
  live.dispose = () => {
    disposed = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", ask);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return live;
}
