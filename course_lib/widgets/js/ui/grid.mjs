/** A matrix of cells, with one of them in the tab order: arrow keys move, Enter or a digit edits. */

import { shown } from "../core/svg.mjs";
import { element, set } from "./element.mjs";

/** What stands for a grid whose very shape is the question. */
const COVER = [[{ text: "?" }]];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param actions {patch(change), pinned(), pin(), moved()}: what the demo does
 * @returns {root, draw(panel, hidden)}
 */
export function gridView(actions) {
  const table = element("div", { class: "grid" });
  const name = element("div", { class: "panel-title" });
  const root = element("div", { class: "panel" }, name, table);
  let panel = null;
  let cells = [];
  let focus = [0, 0];
  let editor = null;

  function build(rows) {
    const held = table.contains(document.activeElement) || table.contains(table.getRootNode().activeElement);
    editor = null;
    cells = rows.map((row, i) => row.map((_, j) => cell(i, j)));
    table.replaceChildren(...cells.map((row) => element("div", { role: "presentation", class: "row" }, ...row)));
    table.style.setProperty("--columns", rows[0].length);
    focus = [Math.min(focus[0], rows.length - 1), Math.min(focus[1], rows[0].length - 1)];
    return held;
  }

  const cell = (i, j) =>
    element("div", {
      "data-row": i,
      "data-column": j,
      onpointermove: (event) => hovers(event) && move(i, j, false),
      onclick: () => {
        if (editor) return;
        move(i, j, true);
        if (panel.move) actions.pin();
        else if (panel.edit) edit();
      },
    });

  /** Whether the mouse itself moved: a page that shifts below a resting mouse is no wish. */
  const hovers = (event) =>
    event.pointerType === "mouse" &&
    actions.moved() &&
    !actions.pinned() &&
    !editor;

  function move(i, j, focusing) {
    if (!panel.move && !panel.edit) return;
    if (focusing) {
      focus = [i, j];
      panel.move ?? tabStop();
      cells[i][j].focus();
    }
    if (panel.move && (focusing || panel.cursor[0] !== i || panel.cursor[1] !== j)) actions.patch(panel.move(i, j));
  }

  function tabStop() {
    cells.forEach((row, i) =>
      row.forEach((each, j) => set(each, "tabindex", i === focus[0] && j === focus[1] ? 0 : -1)),
    );
  }

  function edit(typed) {
    const [i, j] = focus;
    const field = element("input", {
      "aria-label": `${panel.title}, row ${i}, column ${j}`,
      inputmode: "decimal",
      value: typed ?? cells[i][j].textContent.replace("−", "-"),
    });
    editor = field;
    const close = (keep) => {
      if (editor !== field) return;
      editor = null;
      const number = Number(field.value.replace("−", "-").replace(",", "."));
      field.remove();
      set(cells[i][j], "text", shown(panel.rows[i][j]));
      cells[i][j].focus();
      if (keep && field.value.trim() && Number.isFinite(number) && Math.abs(number) < 1e6)
        actions.patch(panel.edit(i, j, number));
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") close(true);
      else if (event.key === "Escape") close(false);
      else return event.stopPropagation();
      event.preventDefault();
      event.stopPropagation();
    });
    field.addEventListener("blur", () => close(true));
    cells[i][j].replaceChildren(field);
    field.focus();
    if (typed === undefined) field.select();
    else field.setSelectionRange(typed.length, typed.length);
  }

  table.addEventListener("keydown", (event) => {
    if (editor || event.ctrlKey || event.metaKey || event.altKey || !(panel.move || panel.edit)) return;
    const [rows, columns] = [cells.length, cells[0].length];
    const [i, j] = focus;
    const arrow = ARROWS[event.key];
    if (arrow) move(inside(i + arrow[0], rows), inside(j + arrow[1], columns), true);
    else if (event.key === "Home") move(i, 0, true);
    else if (event.key === "End") move(i, columns - 1, true);
    else if (event.key === "Enter" && panel.edit) edit();
    else if (event.key === "Enter" && panel.move) actions.pin();
    else if (panel.edit && /^[-\d.]$/.test(event.key)) edit(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    root,
    draw(asked, hidden) {
      const next = hidden && asked.covered ? { ...asked, rows: COVER, move: null, cursor: null } : asked;
      const sameShape = cells.length === next.rows.length && cells[0]?.length === next.rows[0].length;
      panel = next;
      const held = sameShape ? false : build(next.rows);
      if (panel.cursor?.[0] >= 0) focus = [...panel.cursor]; // -1: the cursor is in another grid
      const active = Boolean(panel.move || panel.edit);
      set(name, "text", panel.title);
      set(table, "role", active ? "grid" : "img");
      set(table, "data-panel", panel.id);
      set(table, "aria-label", active ? panel.title : `${panel.title}: ${hidden ? "hidden" : words(panel.rows)}`);
      panel.rows.forEach((row, i) => {
        set(cells[i][0].parentElement, "role", active ? "row" : "presentation");
        row.forEach((each, j) => drawCell(cells[i][j], each, hidden, active, panel));
      });
      const longest = Math.max(3, ...panel.rows.flat().map((each) => shown(each).length));
      table.style.setProperty("--letters", longest);
      if (active) tabStop();
      if (held) cells[focus[0]][focus[1]].focus();
    },
  };

  function drawCell(target, { text, shade = 0, marks = [] }, hidden, active) {
    const words = hidden ? "?" : shown({ text, marks });
    if (!target.contains(editor)) set(target, "text", words);
    set(target, "class", ["cell", ...(hidden ? marks.filter((mark) => mark !== "wrong") : marks)].join(" "));
    set(target, "style", hidden || !shade ? null : `--hue: var(--${shade > 0 ? "above" : "below"}); --part: ${Math.round(40 * Math.min(1, Math.abs(shade)))}%`);
    set(target, "role", active ? "gridcell" : "presentation");
    const [i, j] = [Number(target.dataset.row), Number(target.dataset.column)];
    const said = marks.filter((mark) => !mark.startsWith("group")).join(", ");
    set(target, "aria-label", active ? `row ${i}, column ${j}: ${words}${said ? `, ${said}` : ""}` : null);
    set(target, "aria-selected", active && panel.cursor ? String(panel.cursor[0] === i && panel.cursor[1] === j) : null);
  }
}

const inside = (index, size) => Math.min(Math.max(index, 0), size - 1);
const words = (rows) => rows.map((row) => row.map((cell) => shown(cell)).join(" ")).join("; ");
