/**
 * The picture of a demo as one SVG file for slides: its panels, a caption, and words for those who
 * cannot see it. The page draws the same panels with elements that take the focus.
 */

import { escape } from "./chart.mjs";
import { composed, pngAddress } from "./maps.mjs";

const CELL = 40;
const GAP = 28;
const WIDTH = 960;

/** The styles of both: `ink` and the others are colours of the light theme on white. */
const STYLE = `
text { font-family: system-ui, sans-serif; fill: #1b1b1b }
.axis { font-size: 11px } .strong { font-weight: 700 } .title { font-size: 15px; font-weight: 600 }
.value { font-size: 14px; text-anchor: middle; dominant-baseline: central }
.caption { font-size: 14px } .cell { stroke: #8a8a8a }
.window { fill: none; stroke: #b34700; stroke-width: 3 }
.current { fill: none; stroke: #1b1b1b; stroke-width: 3 }
.padding { stroke-dasharray: 3 3 } .wrong { fill: none; stroke: #1b1b1b; stroke-width: 2; stroke-dasharray: 6 3 }
.bar { fill: #0072b2 } .bar.marked { fill: #b34700 } .mark { stroke: #b34700; stroke-width: 2 }
.curve { fill: none; stroke: #0072b2; stroke-width: 2 } .curve.style1 { stroke: #b34700; stroke-dasharray: 6 4 }
.curve.style2 { stroke: #1b1b1b; stroke-dasharray: 2 3 } .frame { fill: none; stroke: #8a8a8a }
.link { stroke: #d8d8d8 } .link.sees { stroke: #b34700; stroke-width: 2 } .link.seen { stroke: #0072b2; stroke-dasharray: 4 3 }
.unit { fill: #fff; stroke: #8a8a8a } .unit.sees { fill: #ffe3c2; stroke: #b34700; stroke-width: 2 }
.unit.seen { fill: #cfe5f5; stroke: #0072b2; stroke-dasharray: 4 3 } .unit.current { stroke: #1b1b1b; stroke-width: 3.5 }`;

/**
 * @param view {title, panels, sentence, result}: what a demo's `view` gives
 * @param hidden whether the results stay hidden
 */
export function picture(view, hidden) {
  const placed = place(view.panels.map((panel) => drawn(panel, hidden && panel.secret)));
  const words = [view.sentence, hidden ? "" : view.result].filter(Boolean).join(" ");
  const lines = wrapped(words, 120);
  const height = placed.height + 24 + 20 * lines.length;
  const caption = lines.map(
    (line, index) =>
      `<text class="caption" x="10" y="${placed.height + 20 + 20 * index}">${escape(line)}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${placed.width} ${height}" ` +
    `width="${placed.width}" height="${height}" role="img" aria-label="${escape(`${view.title}. ${words}`)}">` +
    `<title>${escape(view.title)}</title><desc>${escape(words)}</desc><style>${STYLE}</style>` +
    `<rect width="100%" height="100%" fill="#fff"/>${placed.markup}${caption.join("")}</svg>`
  );
}

/** Panels side by side, in as many rows as it takes. */
function place(panels) {
  let [x, y, line, width] = [10, 10, 0, 700];
  const parts = [];
  for (const { width: wide, height: high, markup } of panels) {
    if (x > 10 && x + wide > WIDTH) [x, y, line] = [10, y + line + GAP, 0];
    parts.push(`<g transform="translate(${x} ${y})">${markup}</g>`);
    x += wide + GAP;
    width = Math.max(width, x);
    line = Math.max(line, high);
  }
  return { markup: parts.join(""), width, height: y + line + 10 };
}

function drawn(panel, hidden) {
  const draw = { grid, map: maps, table, chart: (p) => p.chart }[panel.kind];
  const body = hidden && (panel.covered || ["map", "chart"].includes(panel.kind)) ? curtain() : draw(panel, hidden);
  return {
    width: Math.max(body.width, 8 * panel.title.length),
    height: body.height + 26,
    markup:
      `<text class="title" x="0" y="14">${escape(panel.title)}</text>` +
      `<g transform="translate(0 26)">${body.markup}</g>`,
  };
}

const curtain = () => ({
  width: 120,
  height: 60,
  markup: '<text class="title" x="50" y="36">?</text>',
});

/** Cells with their numbers; marks are drawn on top, so that no neighbour covers them. */
function grid({ rows }, hidden) {
  const cells = [];
  const marks = [];
  rows.forEach((row, i) =>
    row.forEach((cell, j) => {
      const [x, y] = [j * CELL, i * CELL];
      const dashed = cell.marks?.includes("padding") ? " padding" : "";
      cells.push(
        `<rect class="cell${dashed}" x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="${fill(cell, hidden)}"/>` +
          `<text class="value" x="${x + CELL / 2}" y="${y + CELL / 2}">${escape(hidden ? "?" : shown(cell))}</text>`,
      );
      for (const mark of ["wrong", "window", "current"])
        if (cell.marks?.includes(mark))
          marks.push(`<rect class="${mark}" x="${x + 2}" y="${y + 2}" width="${CELL - 4}" height="${CELL - 4}"/>`);
    }),
  );
  return {
    width: CELL * rows[0].length,
    height: CELL * rows.length,
    markup: cells.join("") + marks.join(""),
  };
}

/** A cell's text; ≠ says without colour that it is wrong. */
export const shown = (cell) => (cell.marks?.includes("wrong") ? `≠${cell.text}` : cell.text);

/** Blue above zero, orange below, by how far from zero; groups of cells have one tint each. */
function fill({ shade = 0, marks }, hidden) {
  const group = marks?.find((mark) => /^group\d$/.test(mark));
  if (group) return ["#cfe5f5", "#ffe3c2", "#d9efe3", "#f0d9e8"][group.slice(5) % 4];
  if (hidden || !shade) return "#fff";
  const [red, green, blue] = shade > 0 ? [0, 114, 178] : [213, 94, 0];
  const mix = (part) => Math.round(255 + (part - 255) * 0.4 * Math.min(1, Math.abs(shade)));
  return `rgb(${mix(red)},${mix(green)},${mix(blue)})`;
}

/** Grey pictures of small images, enlarged without smoothing. */
function maps(panel) {
  const whole = composed(panel);
  const [width, height] = [whole.wide * panel.zoom, whole.high * panel.zoom];
  const size = `width="${width}" height="${height}"`;
  const image = `<image ${size} style="image-rendering: pixelated" href="${pngAddress(whole)}"/>`;
  if (!panel.mark) return { width, height, markup: image };
  const [y, x, high, wide] = [...panel.mark.at, ...panel.mark.size].map((value) => value * panel.zoom);
  const frame = `<rect class="window" x="${x - 2}" y="${y - 2}" width="${wide + 4}" height="${high + 4}"/>`;
  return { width, height, markup: image + frame };
}

/** Rows of words; the chosen one is strong, and hidden is what stands right of the first column. */
function table({ columns, rows, cursor }, hidden) {
  const lines = [columns, ...rows.map((row) => row.map((text, column) => (hidden && column ? "?" : text)))];
  const widths = columns.map((_, column) => 12 + 7.5 * Math.max(...lines.map((line) => line[column].length)));
  const lefts = widths.map((_, column) => widths.slice(0, column).reduce((a, b) => a + b, 0));
  const texts = lines.map((line, index) => {
    const strong = index === 0 || index - 1 === cursor ? " strong" : "";
    return line.map((text, column) => `<text class="caption${strong}" x="${lefts[column]}" y="${14 + 20 * index}">${escape(text)}</text>`).join("");
  });
  return { width: lefts.at(-1) + widths.at(-1), height: 20 * lines.length, markup: texts.join("") };
}

function wrapped(text, length) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if ((lines.at(-1) + word).length > length) lines.push("");
    lines[lines.length - 1] += `${word} `;
  }
  return lines.map((line) => line.trim());
}
