// The windows of one browser that show the same lecture: the speaker's follows the others, and they follow it.
const NAME = "conescope lecture";

/**
 * Join the other windows.
 * @param {() => {lecture: string, step: string, speaker: boolean}} here what this window shows now.
 * @param {(step: string) => void} go called when another window has turned to a step.
 */
export function joinWindows(here, go) {
  if (!window.BroadcastChannel) return { tell() {}, ask() {}, leave() {} };
  const channel = new BroadcastChannel(NAME);
  let followed = null; // the step that another window asked for: it is not news to tell back
  let told = null;
  const tell = () => {
    const { lecture, step, speaker } = here();
    const isEcho = step === followed;
    if (step === told || isEcho) {
      if (isEcho) [told, followed] = [step, null];
      return;
    }
    told = step;
    channel.postMessage({ lecture, step, speaker });
  };
  channel.onmessage = ({ data }) => {
    const now = here();
    if (data.lecture !== now.lecture || data.speaker === now.speaker) return;
    if (data.asks) return void channel.postMessage(now);
    if (data.step === now.step) return;
    followed = data.step;
    go(data.step);
  };
  return {
    tell,
    ask: () => channel.postMessage({ ...here(), asks: true }),
    leave: () => channel.close(),
  };
}
