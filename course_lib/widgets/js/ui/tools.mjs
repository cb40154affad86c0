/** The lines of code for the present setting, and the picture as a file. */

import { picture } from "../core/svg.mjs";
import { element, set } from "./element.mjs";

/** @returns {root, draw(code)}: code is a list of [language, text] */
export function codeView() {
  const root = element("details", { class: "code" }, element("summary", { text: "Code for this setting" }));
  let parts = [];
  return {
    root,
    draw(code) {
      if (parts.length !== code.length) {
        parts = code.map(() => snippet());
        root.append(...parts.map((part) => part.root));
      }
      code.forEach(([language, text], index) => parts[index].draw(language, text));
    },
  };
}

function snippet() {
  const code = element("code");
  const block = element("pre", { tabindex: 0 }, code);
  const button = element("button", { type: "button", onclick: () => copy(code.textContent, button) });
  return {
    root: element("div", { class: "snippet" }, block, button),
    draw(language, text) {
      set(code, "text", text);
      set(block, "aria-label", `${language} code`);
      button.dataset.label = `Copy ${language}`;
      set(button, "text", `Copy ${language}`);
    },
  };
}

/** Copies to the clipboard; where the browser refuses, by the old way of selecting. */
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = element("textarea", { text });
    button.after(field);
    field.select();
    button.ownerDocument.execCommand("copy");
    field.remove();
  }
  set(button, "text", "Copied");
}

/** A button that saves the picture of `view()`, with caption and words, for slides. */
export function saveButton(name, view, hidden) {
  return element("button", {
    type: "button",
    text: "Save picture (SVG)",
    onclick: () => {
      const blob = new Blob([picture(view(), hidden())], { type: "image/svg+xml" });
      const link = element("a", { href: URL.createObjectURL(blob), download: `${name}.svg` });
      link.click();
      URL.revokeObjectURL(link.href);
    },
  });
}
