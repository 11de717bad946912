// The speaker's clock: how long they have talked, of how long, and where they planned to be by now.
import { make, setText } from "../shared/dom.js";
import { clockStart } from "./store.js";

/** Minutes and seconds, as 5:07. */
export function asMinutes(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The clock as an element, and the function that ends it. `about` gives the lecture and where it stands. */
export function makeClock(about) {
  const time = make("span", { class: "pl-time", role: "timer", "aria-label": "Elapsed" });
  const plan = make("span", { class: "pl-plan" });
  const again = make("button", { type: "button", class: "pl-button", onclick: () => show(clockStart(about().lecture, true)) }, "Start the clock again");
  function show(start = clockStart(about().lecture)) {
    const { minutes, number, total } = about();
    setText(time, asMinutes(Date.now() - start));
    const end = Math.round((minutes * number) / total);
    setText(plan, `of ${minutes} minutes · step ${number} of ${total}, at an even pace done by ${end}:00`);
  }
  show();
  const timer = setInterval(show, 500, undefined);
  return { element: make("div", { class: "pl-clock" }, time, plan, again), stop: () => clearInterval(timer), show };
}
