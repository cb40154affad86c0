/** Charts as SVG markup; colours come from the classes, which page and export define alike. */

import { format } from "./format.mjs";

const SIZE = { width: 300, height: 170, left: 40, right: 10, top: 12, bottom: 36 };

export const escape = (text) =>
  String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** Horizontal bars with their labels and numbers: bars [{label, value, text, marked}]. */
export function bars(entries, most) {
  const line = 18;
  const longest = Math.max(...entries.map(({ label }) => String(label).length));
  const left = 8 + 7 * longest;
  const width = SIZE.width - left - 60;
  const markup = entries.map(({ label, value, text, marked }, index) => {
    const y = index * line + 4;
    const length = most > 0 ? Math.max(0, (width * value) / most) : 0;
    return (
      `<text class="axis" x="${left - 6}" y="${y + 11}" text-anchor="end">${escape(label)}</text>` +
      `<rect class="bar${marked ? " marked" : ""}" x="${left}" y="${y}" width="${length.toFixed(2)}" height="14"/>` +
      `<text class="axis${marked ? " strong" : ""}" x="${(left + length + 5).toFixed(2)}" y="${y + 11}">${escape(text)}</text>`
    );
  });
  return { width: SIZE.width, height: entries.length * line + 8, markup: markup.join("") };
}

/**
 * How often values fall into each of `bins` equal ranges from `low` to `high`; those outside count
 * in the first or the last.
 */
export function histogram(values, low, high, bins) {
  const counts = new Array(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - low) / (high - low)) * bins);
    counts[Math.min(Math.max(bin, 0), bins - 1)] += 1;
  }
  return counts;
}

/** A histogram from `low` to `high` with a mark at each of `marks` [{at, label}]. */
export function histogramChart(counts, low, high, marks, label) {
  const plot = frame([low, high], [0, Math.max(1, ...counts)]);
  const step = (high - low) / counts.length;
  const drawn = counts.map((number, bin) => {
    const x = plot.x(low + bin * step);
    const y = plot.y(number);
    const width = plot.x(low + (bin + 1) * step) - x - 1;
    return `<rect class="bar" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${(plot.y(0) - y).toFixed(1)}"/>`;
  });
  const lines = marks.map(
    ({ at, label: text }) =>
      `<line class="mark" x1="${plot.x(at).toFixed(1)}" x2="${plot.x(at).toFixed(1)}" y1="${SIZE.top}" y2="${plot.y(0)}"/>` +
      `<text class="axis strong" x="${(plot.x(at) + 4).toFixed(1)}" y="${SIZE.top + 8}">${escape(text)}</text>`,
  );
  return { ...plot.size, markup: plot.axes(label, "how many") + drawn.join("") + lines.join("") };
}

/**
 * Curves against steps from 0: series [{name, values, style}], style 0 drawn through, 1 dashed,
 * 2 dotted; null values are left out.
 */
export function curves(series, steps, label) {
  const all = series.flatMap(({ values }) => values).filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...all), Math.max(1e-9, ...all)];
  const plot = frame([0, Math.max(1, steps)], [low, high + 0.05 * (high - low)]);
  const drawn = series.map(({ values, style }) => {
    const points = values
      .map((value, step) => (value === null ? "" : `${plot.x(step).toFixed(1)},${plot.y(value).toFixed(1)}`))
      .join(" ");
    return `<polyline class="curve style${style}" points="${points}"/>`;
  });
  const legend = series.map(
    ({ name, style }, index) =>
      `<line class="curve style${style}" x1="${SIZE.left + 8 + 76 * index}" x2="${SIZE.left + 34 + 76 * index}" y1="6" y2="6"/>` +
      `<text class="axis" x="${SIZE.left + 36 + 76 * index}" y="10">${escape(name)}</text>`,
  );
  return { ...plot.size, markup: plot.axes(label, "") + drawn.join("") + legend.join("") };
}

function frame([left, right], [low, high]) {
  const width = SIZE.width - SIZE.left - SIZE.right;
  const height = SIZE.height - SIZE.top - SIZE.bottom;
  const x = (value) => SIZE.left + ((value - left) / (right - left)) * width;
  const y = (value) => SIZE.top + height - ((value - low) / (high - low)) * height;
  const text = (at, up, anchor, words) =>
    `<text class="axis" x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}">${escape(words)}</text>`;
  const axes = (below) =>
    `<path class="frame" d="M${SIZE.left} ${SIZE.top}V${y(low)}H${SIZE.left + width}"/>` +
    text(SIZE.left - 4, y(low), "end", format(low)) +
    text(SIZE.left - 4, SIZE.top + 8, "end", format(Number(high.toPrecision(2)))) +
    text(SIZE.left, y(low) + 14, "middle", format(left)) +
    text(SIZE.left + width, y(low) + 14, "end", format(right)) +
    text(SIZE.left + width / 2, y(low) + 28, "middle", below);
  return { x, y, axes, size: { width: SIZE.width, height: SIZE.height } };
}
