/** A table of words and numbers, one row of which is chosen. */

import { element, set } from "./element.mjs";

const STEPS = { ArrowUp: -1, ArrowDown: 1 };

/** @returns {root, draw(panel, hidden)}; hidden is what stands right of the first column */
export function tableView(actions) {
  const name = element("div", { class: "panel-title" });
  const head = element("thead");
  const body = element("tbody");
  let [panel, before] = [null, ""];
  const choose = (row) => actions.patch(panel.move(Math.min(Math.max(row, 0), panel.rows.length - 1)));
  const frame = element(
    "div",
    {
      class: "table",
      role: "region",
      tabindex: 0,
      onclick: (event) => {
        const row = event.target.closest("tbody tr");
        if (row) choose([...body.children].indexOf(row));
      },
      onkeydown: (event) => {
        const by = STEPS[event.key];
        if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
        choose(panel.cursor + by);
        event.preventDefault();
      },
    },
    element("table", {}, head, body),
  );

  return {
    root: element("div", { class: "panel wide" }, name, frame),
    draw(next, hidden) {
      panel = next;
      set(name, "text", panel.title);
      set(frame, "data-panel", panel.id);
      set(frame, "aria-label", panel.title);
      const rows = panel.rows.map((row) => row.map((text, column) => (hidden && column ? "?" : text)));
      const now = JSON.stringify([panel.columns, rows]);
      if (now !== before) {
        before = now;
        head.replaceChildren(element("tr", {}, ...panel.columns.map((text) => element("th", { scope: "col", text }))));
        body.replaceChildren(...rows.map((row) => element("tr", {}, ...row.map((text, column) => element(column ? "td" : "th", { scope: column ? null : "row", text })))));
      }
      [...body.children].forEach((row, index) => set(row, "aria-current", index === panel.cursor ? "true" : null));
    },
  };
}
