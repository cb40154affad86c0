/** Predict first: the results stay hidden until one has said what one expects. */

import { format } from "../core/format.mjs";
import { element, set } from "./element.mjs";

/**
 * @param changed called when something is hidden or shown
 * @returns {root, toggle, draw(question), hidden()}
 */
export function predictView(changed) {
  let active = false;
  let answered = null;
  let question = null;
  let [right, all] = [0, 0];
  const words = element("label");
  const guess = element("input", { autocomplete: "off", size: 8 });
  const feedback = element("span", { role: "status" });
  const form = element(
    "form",
    {
      class: "predict",
      onsubmit: (event) => {
        event.preventDefault();
        if (guess.value.trim()) judge();
      },
    },
    words,
    guess,
    element("button", { type: "submit", text: "Reveal" }),
    feedback,
  );
  set(guess, "aria-label", "Your prediction");

  function judge() {
    const isRight = agrees(guess.value, question.answer);
    [right, all, answered] = [right + isRight, all + 1, question.text];
    const shown = typeof question.answer === "number" ? format(question.answer) : question.answer;
    const said = isRight ? `Right: ${shown}.` : `You said ${guess.value}; it is ${shown}.`;
    set(feedback, "text", `${said} ${right} of ${all} right so far.`);
    changed();
  }

  const toggle = element("button", {
    type: "button",
    text: "Predict first",
    "aria-pressed": "false",
    onclick: () => {
      active = !active;
      answered = null;
      set(feedback, "text", "");
      changed();
    },
  });

  return {
    root: form,
    toggle,
    hidden: () => active && answered !== question?.text,
    draw(next) {
      if (next.text !== question?.text) {
        guess.value = "";
        if (active) set(feedback, "text", "");
      }
      question = next;
      form.hidden = !active;
      set(words, "text", next.text);
      set(toggle, "aria-pressed", String(active));
    },
  };
}

/** "4 × 3" and "4x3" are one. */
const plain = (words) => words.toLowerCase().replace(/\s/g, "").replace(/[×*,]/g, "x");

/** Numbers agree when they are as near as a person rounds; words when they are the same. */
export function agrees(guess, answer) {
  if (typeof answer !== "number")
    return plain(guess) === plain(answer);
  const number = Number(guess.replace("−", "-").replace(",", "."));
  return Math.abs(number - answer) <= 0.005 * Math.max(1, Math.abs(answer));
}
