// Below the list of lectures: how far this browser's reader is, the same as a file, and a way to forget it.
import { fill, make } from "../shared/dom.js";
import { forget, progress, progressOf } from "./store.js";

function row({ slug, title, steps, questions }) {
  const { seen, answers } = progressOf(slug);
  const n = Math.min(seen.length, steps);
  const told = `${n} of ${steps} steps seen, ${Object.keys(answers).length} of ${questions} questions answered`;
  const bar = make("progress", { max: steps, value: n, "aria-label": `${title}: ${told}` });
  return make("li", {}, make("span", { class: "pl-title" }, title), bar, make("span", { class: "pl-told" }, told));
}

function save() {
  const file = new Blob([JSON.stringify(progress(), null, 1)], { type: "application/json" });
  const url = URL.createObjectURL(file);
  make("a", { href: url, download: "conescope-progress.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** Draw it into the root, and anew after something was forgotten. */
export function showShelf(root, lectures, onForget) {
  const begun = lectures.filter(({ slug }) => progress()[slug]);
  if (!begun.length) return fill(root);
  const forgetAll = () => {
    forget();
    onForget();
    showShelf(root, lectures, onForget);
  };
  fill(
    root,
    make("h3", {}, "How far you are"),
    make("p", {}, "Kept in this browser: there is no account, and the server forgets your answers when you leave."),
    make("ul", { class: "pl-shelf" }, ...begun.map(row)),
    make("div", { class: "pl-row" },
      make("button", { type: "button", class: "pl-button", onclick: save }, "Save it as a file (JSON)"),
      make("button", { type: "button", class: "pl-button", onclick: forgetAll }, "Forget it")),
  );
}
