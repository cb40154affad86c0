/** A field for lines of code, pasted or typed. */

import { element } from "./element.mjs";

/** @returns {root, draw(text)}; `changed` is told the text */
export function textPad(label, changed) {
  const field = element("textarea", { rows: 8, spellcheck: "false", autocapitalize: "off", oninput: () => changed(field.value) });
  return {
    root: element("label", { class: "text-pad" }, element("span", { text: label }), field),
    draw(text) {
      if (field.value !== text) field.value = text;
    },
  };
}
