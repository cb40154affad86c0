// js/core/format.mjs
function format(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "\u221E" : "\u2212\u221E";
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  return String(rounded === 0 ? 0 : rounded).replaceAll("-", "\u2212");
}
function count(number2, noun) {
  return `${number2} ${noun}${number2 === 1 ? "" : "s"}`;
}

// js/core/chart.mjs
var SIZE = { width: 300, height: 170, left: 40, right: 10, top: 12, bottom: 36 };
var escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
function histogram(values, low, high, bins) {
  const counts = new Array(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((value - low) / (high - low) * bins);
    counts[Math.min(Math.max(bin, 0), bins - 1)] += 1;
  }
  return counts;
}
function histogramChart(counts, low, high, marks, label) {
  const plot = frame([low, high], [0, Math.max(1, ...counts)]);
  const step = (high - low) / counts.length;
  const drawn2 = counts.map((number2, bin) => {
    const x = plot.x(low + bin * step);
    const y = plot.y(number2);
    const width = plot.x(low + (bin + 1) * step) - x - 1;
    return `<rect class="bar" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${(plot.y(0) - y).toFixed(1)}"/>`;
  });
  const lines = marks.map(
    ({ at, label: text }) => `<line class="mark" x1="${plot.x(at).toFixed(1)}" x2="${plot.x(at).toFixed(1)}" y1="${SIZE.top}" y2="${plot.y(0)}"/><text class="axis strong" x="${(plot.x(at) + 4).toFixed(1)}" y="${SIZE.top + 8}">${escape(text)}</text>`
  );
  return { ...plot.size, markup: plot.axes(label, "how many") + drawn2.join("") + lines.join("") };
}
function curves(series, steps, label) {
  const all = series.flatMap(({ values }) => values).filter((value) => value !== null);
  const [low, high] = [Math.min(0, ...all), Math.max(1e-9, ...all)];
  const plot = frame([0, Math.max(1, steps)], [low, high + 0.05 * (high - low)]);
  const drawn2 = series.map(({ values, style }) => {
    const points = values.map((value, step) => value === null ? "" : `${plot.x(step).toFixed(1)},${plot.y(value).toFixed(1)}`).join(" ");
    return `<polyline class="curve style${style}" points="${points}"/>`;
  });
  const legend = series.map(
    ({ name, style }, index) => `<line class="curve style${style}" x1="${SIZE.left + 8 + 76 * index}" x2="${SIZE.left + 34 + 76 * index}" y1="6" y2="6"/><text class="axis" x="${SIZE.left + 36 + 76 * index}" y="10">${escape(name)}</text>`
  );
  return { ...plot.size, markup: plot.axes(label, "") + drawn2.join("") + legend.join("") };
}
function frame([left, right], [low, high]) {
  const width = SIZE.width - SIZE.left - SIZE.right;
  const height = SIZE.height - SIZE.top - SIZE.bottom;
  const x = (value) => SIZE.left + (value - left) / (right - left) * width;
  const y = (value) => SIZE.top + height - (value - low) / (high - low) * height;
  const text = (at, up, anchor, words2) => `<text class="axis" x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}">${escape(words2)}</text>`;
  const axes = (below) => `<path class="frame" d="M${SIZE.left} ${SIZE.top}V${y(low)}H${SIZE.left + width}"/>` + text(SIZE.left - 4, y(low), "end", format(low)) + text(SIZE.left - 4, SIZE.top + 8, "end", format(Number(high.toPrecision(2)))) + text(SIZE.left, y(low) + 14, "middle", format(left)) + text(SIZE.left + width, y(low) + 14, "end", format(right)) + text(SIZE.left + width / 2, y(low) + 28, "middle", below);
  return { x, y, axes, size: { width: SIZE.width, height: SIZE.height } };
}

// js/core/norm.mjs
var EPS = 1e-5;
function shareOf(kind, groups, images, channels) {
  return {
    batch: (_, c) => c,
    layer: (n) => n,
    instance: (n, c) => n * channels + c,
    group: (n, c) => n * groups + Math.floor(c * groups / channels)
  }[kind];
}
function statistics(x, share) {
  const values = [];
  x.forEach((image, n) => image.forEach((pixels, c) => (values[share(n, c)] ??= []).push(...pixels)));
  return values.map((all) => {
    const mean = average(all);
    return { mean, variance: average(all.map((value) => (value - mean) ** 2)), size: all.length };
  });
}
var normalise = (x, share, found) => x.map(
  (image, n) => image.map((pixels, c) => {
    const { mean, variance } = found[share(n, c)];
    return pixels.map((value) => (value - mean) / Math.sqrt(variance + EPS));
  })
);
function running(batches, part) {
  const before = batches[0][0].map(() => ({ mean: 0, variance: 1 }));
  return batches.reduce(
    (all, batch2) => [
      ...all,
      statistics(batch2, (_, c) => c).map(({ mean, variance, size }, c) => {
        const old = all.at(-1)[c];
        const unbiased = variance * size / (size - 1);
        return {
          mean: (1 - part) * old.mean + part * mean,
          variance: (1 - part) * old.variance + part * unbiased
        };
      })
    ],
    [before]
  );
}
var average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

// js/core/student.mjs
var TOLERANCE = 1e-4;
var number = (value) => typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value;
var close = (got, right) => Math.abs(got - right) <= TOLERANCE * Math.max(1, Math.abs(right)) || got === right;
function matrixFrom(outcome, [rows, columns]) {
  if (outcome?.status !== "values") return null;
  const sides = outcome.shape.filter((side, axis) => side !== 1 || axis >= outcome.shape.length - 2);
  if (sides.length !== 2 || sides[0] !== rows || sides[1] !== columns) return null;
  return Array.from(
    { length: rows },
    (_, i) => outcome.values.slice(i * columns, (i + 1) * columns).map(number)
  );
}
function differing(got, right) {
  const places = [];
  right.forEach(
    (row, i) => row.forEach((value, j) => {
      if (!close(got[i][j], value)) places.push([i, j]);
    })
  );
  return places;
}
function judge(outcome, right, candidates) {
  const name = outcome.name;
  if (outcome.status === "slow") return `${name} was stopped: ${outcome.text}.`;
  if (outcome.status === "raised") return `${name} raised ${outcome.text}`;
  if (outcome.status === "unreadable") return `${name} returned ${outcome.text}.`;
  const likely = outcome.likely ? ` ${outcome.likely}` : "";
  const shape = [right.length, right[0].length];
  const got = matrixFrom(outcome, shape);
  if (got === null) {
    const given = matrixFrom(outcome, outcome.shape.slice(-2));
    const guess2 = likely || (given ? mistake(given, candidates) : "");
    return `${name} returned shape ${outcome.shape.join(" \xD7 ")}, expected ${shape.join(" \xD7 ")}.${guess2}`;
  }
  const wrong = differing(got, right);
  if (!wrong.length) return `${name} agrees${shape[0] * shape[1] > 1 ? ` in all ${shape[0] * shape[1]} outputs` : ""}.`;
  const guess = likely || mistake(got, candidates);
  return `${name} differs in ${wrong.length} of ${shape[0] * shape[1]} outputs, marked \u2260.${guess}`;
}
function mistake(got, candidates) {
  const isOf = (matrix) => matrix.length === got.length && matrix[0].length === got[0].length;
  const fitting = candidates.filter(
    ([, matrix]) => isOf(matrix) && (matrix.flat().every(Number.isNaN) || !differing(got, matrix).length)
  );
  return fitting.length === 1 ? ` Looks like ${fitting[0][0]}.` : "";
}

// js/core/panels.mjs
function cells(matrix, marks) {
  const most = Math.max(...matrix.flat().map(Math.abs).filter(Number.isFinite), 1e-12);
  return matrix.map(
    (row, i) => row.map((value, j) => ({
      text: format(value),
      shade: Number.isFinite(value) ? value / most : 0,
      marks: marks(i, j)
    }))
  );
}
var groupMark = (group) => `group${group % 4}`;
var sameSetting = (a, b, keys) => keys.every((key) => JSON.stringify(a?.[key]) === JSON.stringify(b[key]));
function studentPanel(given, state, right, [row, column], candidates, keys) {
  const outcome = given.student;
  if (!outcome) return {};
  if (!sameSetting(given.ran, state, keys))
    return { sentence: `${outcome.name} ran on another setting: call rerun() in a cell, or start again.` };
  const got = matrixFrom(outcome, [right.length, right[0].length]);
  const places = got ? differing(got, right) : [];
  const isWrong = (i, j) => places.some(([a, b]) => a === i && b === j);
  const here = isWrong(row, column) ? ` At [${row}, ${column}] it has ${format(got[row][column])}; right is ${format(right[row][column])}, as above.` : "";
  return {
    sentence: judge(outcome, right, candidates()) + here,
    panel: got && {
      kind: "grid",
      id: "student",
      title: outcome.name,
      rows: cells(got, (i, j) => [
        ...isWrong(i, j) ? ["wrong"] : [],
        ...i === row && j === column ? ["current"] : []
      ]),
      cursor: [row, column],
      move: (i, j) => ({ at: [i, j] }),
      secret: true
    }
  };
}

// js/core/state.mjs
function whole(value, low, high, otherwise) {
  if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
  return Math.min(Math.max(Math.round(value), low), high);
}
var oneOf = (value, choices) => choices.includes(value) ? value : choices[0];
function pair(value, low, high, otherwise) {
  const given = Array.isArray(value) ? value : [];
  return [0, 1].map((axis) => whole(given[axis], low, high, otherwise[axis]));
}
function place(value, [rows, columns]) {
  return pair(value, 0, Infinity, [0, 0]).map(
    (index, axis) => Math.min(index, [rows, columns][axis] - 1)
  );
}

// js/ui/element.mjs
function element(tag, attributes = {}, ...children) {
  const made2 = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made2.addEventListener(name.slice(2), value);
    else set(made2, name, value);
  }
  made2.append(...children.filter((child) => child !== null));
  return made2;
}
function set(target, name, value) {
  if (name === "text") {
    if (target.textContent !== value) target.textContent = value;
  } else if (value === false || value === null || value === void 0) {
    target.removeAttribute(name);
  } else {
    const text = value === true ? "" : String(value);
    if (target.getAttribute(name) !== text) target.setAttribute(name, text);
  }
}

// js/ui/controls.mjs
var made = 0;
function controlsView(patch, current) {
  const nameOf = ({ kind, label }) => `${kind} ${label}`;
  const change = (view, value) => patch((current().find((each) => nameOf(each) === nameOf(view.control)) ?? view.control).change(value));
  const kinds = { number: number2, choice, flag, action };
  const root = element("div", { class: "controls", role: "group", "aria-label": "Settings" });
  const views = /* @__PURE__ */ new Map();
  return {
    root,
    draw(controls) {
      const names = controls.map(nameOf);
      for (const [name, view] of views)
        if (!names.includes(name)) {
          view.root.remove();
          views.delete(name);
        }
      controls.forEach((control, index) => {
        const name = names[index];
        if (!views.has(name)) views.set(name, kinds[control.kind]());
        const view = views.get(name);
        view.control = control;
        if (root.children[index] !== view.root) root.insertBefore(view.root, root.children[index] ?? null);
        view.draw(control);
      });
    }
  };
  function labelled(field, ...more) {
    const id = `cnn-demo-control-${made += 1}`;
    set(field, "id", id);
    const label = element("label", { for: id });
    return { label, root: element("div", { class: "control" }, label, field, ...more) };
  }
  function number2() {
    const field = element("input", {
      type: "range",
      oninput: () => change(view, Number(field.value))
    });
    const value = element("output");
    const { label, root: root2 } = labelled(field, value);
    const view = {
      root: root2,
      draw(control) {
        set(label, "text", control.label);
        set(field, "min", control.low);
        set(field, "max", control.high);
        set(field, "step", control.step ?? 1);
        if (Number(field.value) !== control.value) field.value = control.value;
        set(field, "aria-valuetext", control.text ?? String(control.value));
        set(value, "text", control.text ?? String(control.value));
        field.disabled = control.low >= control.high;
      }
    };
    return view;
  }
  function choice() {
    const field = element("select", { onchange: () => change(view, field.value) });
    const { label, root: root2 } = labelled(field);
    let before = "";
    const view = {
      root: root2,
      draw(control) {
        set(label, "text", control.label);
        const now = JSON.stringify(control.options);
        if (now !== before) {
          before = now;
          field.replaceChildren(
            ...control.options.map(([value, text]) => element("option", { value, text }))
          );
        }
        if (field.value !== control.value) field.value = control.value;
      }
    };
    return view;
  }
  function flag() {
    const field = element("input", {
      type: "checkbox",
      onchange: () => change(view, field.checked)
    });
    const { label, root: root2 } = labelled(field);
    root2.classList.add("flag");
    const view = {
      root: root2,
      draw(control) {
        set(label, "text", control.label);
        field.checked = control.value;
      }
    };
    return view;
  }
  function action() {
    const button = element("button", {
      type: "button",
      onclick: () => change(view)
    });
    const view = {
      root: element("div", { class: "control" }, button),
      draw: (control) => set(button, "text", control.label)
    };
    return view;
  }
}

// js/core/maps.mjs
function composed({ maps: maps2, height, width, columns }) {
  const across = Math.min(columns, maps2.length);
  const [wide, high] = [across * (width + 1) - 1, Math.ceil(maps2.length / columns) * (height + 1) - 1];
  const grey = new Array(wide * high).fill(null);
  maps2.forEach(({ values, low, high: top }, index) => {
    const start = Math.floor(index / columns) * (height + 1) * wide + index % columns * (width + 1);
    const scale = top > low ? 255 / (top - low) : 0;
    for (let at = 0; at < height * width; at++) {
      const shade = Math.round((values[at] - low) * scale);
      grey[start + Math.floor(at / width) * wide + at % width] = Math.min(Math.max(shade, 0), 255);
    }
  });
  return { wide, high, grey };
}
function pngAddress({ wide, high, grey }) {
  const rows = [];
  for (let i = 0; i < high; i++) {
    rows.push(0);
    for (let j = 0; j < wide; j++) rows.push(grey[i * wide + j] ?? 255);
  }
  const bytes = [
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk("IHDR", [...big(wide), ...big(high), 8, 0, 0, 0, 0]),
    ...chunk("IDAT", stored(rows)),
    ...chunk("IEND", [])
  ];
  return `data:image/png;base64,${btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""))}`;
}
var big = (number2) => [24, 16, 8, 0].map((shift) => number2 >>> shift & 255);
function chunk(name, data) {
  const body = [...[...name].map((letter) => letter.charCodeAt(0)), ...data];
  return [...big(data.length), ...body, ...big(crc32(body))];
}
function stored(bytes) {
  const out = [120, 1];
  const most = 65535;
  for (let at = 0; at < bytes.length; at += most) {
    const size = Math.min(most, bytes.length - at);
    const last = at + size === bytes.length ? 1 : 0;
    out.push(last, size & 255, size >> 8, ~size & 255, ~size >> 8 & 255);
    for (let i = at; i < at + size; i++) out.push(bytes[i]);
  }
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  out.push(b >> 8, b & 255, a >> 8, a & 255);
  return out;
}
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 3988292384 : 0);
  }
  return ~crc >>> 0;
}

// js/core/svg.mjs
var CELL = 40;
var GAP = 28;
var WIDTH = 960;
var STYLE = `
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
function picture(view, hidden) {
  const placed = place2(view.panels.map((panel) => drawn(panel, hidden && panel.secret)));
  const words2 = [view.sentence, hidden ? "" : view.result].filter(Boolean).join(" ");
  const lines = wrapped(words2, 120);
  const height = placed.height + 24 + 20 * lines.length;
  const caption = lines.map(
    (line, index) => `<text class="caption" x="10" y="${placed.height + 20 + 20 * index}">${escape(line)}</text>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${placed.width} ${height}" width="${placed.width}" height="${height}" role="img" aria-label="${escape(`${view.title}. ${words2}`)}"><title>${escape(view.title)}</title><desc>${escape(words2)}</desc><style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>${placed.markup}${caption.join("")}</svg>`;
}
function place2(panels) {
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
    markup: `<text class="title" x="0" y="14">${escape(panel.title)}</text><g transform="translate(0 26)">${body.markup}</g>`
  };
}
var curtain = () => ({
  width: 120,
  height: 60,
  markup: '<text class="title" x="50" y="36">?</text>'
});
function grid({ rows }, hidden) {
  const cells2 = [];
  const marks = [];
  rows.forEach(
    (row, i) => row.forEach((cell, j) => {
      const [x, y] = [j * CELL, i * CELL];
      const dashed = cell.marks?.includes("padding") ? " padding" : "";
      cells2.push(
        `<rect class="cell${dashed}" x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="${fill(cell, hidden)}"/><text class="value" x="${x + CELL / 2}" y="${y + CELL / 2}">${escape(hidden ? "?" : shown(cell))}</text>`
      );
      for (const mark of ["wrong", "window", "current"])
        if (cell.marks?.includes(mark))
          marks.push(`<rect class="${mark}" x="${x + 2}" y="${y + 2}" width="${CELL - 4}" height="${CELL - 4}"/>`);
    })
  );
  return {
    width: CELL * rows[0].length,
    height: CELL * rows.length,
    markup: cells2.join("") + marks.join("")
  };
}
var shown = (cell) => cell.marks?.includes("wrong") ? `\u2260${cell.text}` : cell.text;
function fill({ shade = 0, marks }, hidden) {
  const group = marks?.find((mark) => /^group\d$/.test(mark));
  if (group) return ["#cfe5f5", "#ffe3c2", "#d9efe3", "#f0d9e8"][group.slice(5) % 4];
  if (hidden || !shade) return "#fff";
  const [red, green, blue] = shade > 0 ? [0, 114, 178] : [213, 94, 0];
  const mix = (part) => Math.round(255 + (part - 255) * 0.4 * Math.min(1, Math.abs(shade)));
  return `rgb(${mix(red)},${mix(green)},${mix(blue)})`;
}
function maps(panel) {
  const whole2 = composed(panel);
  const [width, height] = [whole2.wide * panel.zoom, whole2.high * panel.zoom];
  const size = `width="${width}" height="${height}"`;
  const image = `<image ${size} style="image-rendering: pixelated" href="${pngAddress(whole2)}"/>`;
  if (!panel.mark) return { width, height, markup: image };
  const [y, x, high, wide] = [...panel.mark.at, ...panel.mark.size].map((value) => value * panel.zoom);
  const frame2 = `<rect class="window" x="${x - 2}" y="${y - 2}" width="${wide + 4}" height="${high + 4}"/>`;
  return { width, height, markup: image + frame2 };
}
function table({ columns, rows, cursor }, hidden) {
  const lines = [columns, ...rows.map((row) => row.map((text, column) => hidden && column ? "?" : text))];
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

// js/ui/grid.mjs
var COVER = [[{ text: "?" }]];
var ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
function gridView(actions) {
  const table2 = element("div", { class: "grid" });
  const name = element("div", { class: "panel-title" });
  const root = element("div", { class: "panel" }, name, table2);
  let panel = null;
  let cells2 = [];
  let focus = [0, 0];
  let editor = null;
  function build(rows) {
    const held = table2.contains(document.activeElement) || table2.contains(table2.getRootNode().activeElement);
    editor = null;
    cells2 = rows.map((row, i) => row.map((_, j) => cell(i, j)));
    table2.replaceChildren(...cells2.map((row) => element("div", { role: "presentation", class: "row" }, ...row)));
    table2.style.setProperty("--columns", rows[0].length);
    focus = [Math.min(focus[0], rows.length - 1), Math.min(focus[1], rows[0].length - 1)];
    return held;
  }
  const cell = (i, j) => element("div", {
    "data-row": i,
    "data-column": j,
    onpointermove: (event) => hovers(event) && move(i, j, false),
    onclick: () => {
      if (editor) return;
      move(i, j, true);
      if (panel.move) actions.pin();
      else if (panel.edit) edit();
    }
  });
  const hovers = (event) => event.pointerType === "mouse" && actions.moved() && !actions.pinned() && !editor;
  function move(i, j, focusing) {
    if (!panel.move && !panel.edit) return;
    if (focusing) {
      focus = [i, j];
      panel.move ?? tabStop();
      cells2[i][j].focus();
    }
    if (panel.move && (focusing || panel.cursor[0] !== i || panel.cursor[1] !== j)) actions.patch(panel.move(i, j));
  }
  function tabStop() {
    cells2.forEach(
      (row, i) => row.forEach((each, j) => set(each, "tabindex", i === focus[0] && j === focus[1] ? 0 : -1))
    );
  }
  function edit(typed) {
    const [i, j] = focus;
    const field = element("input", {
      "aria-label": `${panel.title}, row ${i}, column ${j}`,
      inputmode: "decimal",
      value: typed ?? cells2[i][j].textContent.replace("\u2212", "-")
    });
    editor = field;
    const close2 = (keep) => {
      if (editor !== field) return;
      editor = null;
      const number2 = Number(field.value.replace("\u2212", "-").replace(",", "."));
      field.remove();
      set(cells2[i][j], "text", shown(panel.rows[i][j]));
      cells2[i][j].focus();
      if (keep && field.value.trim() && Number.isFinite(number2) && Math.abs(number2) < 1e6)
        actions.patch(panel.edit(i, j, number2));
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") close2(true);
      else if (event.key === "Escape") close2(false);
      else return event.stopPropagation();
      event.preventDefault();
      event.stopPropagation();
    });
    field.addEventListener("blur", () => close2(true));
    cells2[i][j].replaceChildren(field);
    field.focus();
    if (typed === void 0) field.select();
    else field.setSelectionRange(typed.length, typed.length);
  }
  table2.addEventListener("keydown", (event) => {
    if (editor || event.ctrlKey || event.metaKey || event.altKey || !(panel.move || panel.edit)) return;
    const [rows, columns] = [cells2.length, cells2[0].length];
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
      const sameShape = cells2.length === next.rows.length && cells2[0]?.length === next.rows[0].length;
      panel = next;
      const held = sameShape ? false : build(next.rows);
      if (panel.cursor?.[0] >= 0) focus = [...panel.cursor];
      const active = Boolean(panel.move || panel.edit);
      set(name, "text", panel.title);
      set(table2, "role", active ? "grid" : "img");
      set(table2, "data-panel", panel.id);
      set(table2, "aria-label", active ? panel.title : `${panel.title}: ${hidden ? "hidden" : words(panel.rows)}`);
      panel.rows.forEach((row, i) => {
        set(cells2[i][0].parentElement, "role", active ? "row" : "presentation");
        row.forEach((each, j) => drawCell(cells2[i][j], each, hidden, active, panel));
      });
      const longest = Math.max(3, ...panel.rows.flat().map((each) => shown(each).length));
      table2.style.setProperty("--letters", longest);
      if (active) tabStop();
      if (held) cells2[focus[0]][focus[1]].focus();
    }
  };
  function drawCell(target, { text, shade = 0, marks = [] }, hidden, active) {
    const words2 = hidden ? "?" : shown({ text, marks });
    if (!target.contains(editor)) set(target, "text", words2);
    set(target, "class", ["cell", ...hidden ? marks.filter((mark) => mark !== "wrong") : marks].join(" "));
    set(target, "style", hidden || !shade ? null : `--hue: var(--${shade > 0 ? "above" : "below"}); --part: ${Math.round(40 * Math.min(1, Math.abs(shade)))}%`);
    set(target, "role", active ? "gridcell" : "presentation");
    const [i, j] = [Number(target.dataset.row), Number(target.dataset.column)];
    const said = marks.filter((mark) => !mark.startsWith("group")).join(", ");
    set(target, "aria-label", active ? `row ${i}, column ${j}: ${words2}${said ? `, ${said}` : ""}` : null);
    set(target, "aria-selected", active && panel.cursor ? String(panel.cursor[0] === i && panel.cursor[1] === j) : null);
  }
}
var inside = (index, size) => Math.min(Math.max(index, 0), size - 1);
var words = (rows) => rows.map((row) => row.map((cell) => shown(cell)).join(" ")).join("; ");

// js/ui/table.mjs
var STEPS = { ArrowUp: -1, ArrowDown: 1 };
function tableView(actions) {
  const name = element("div", { class: "panel-title" });
  const head = element("thead");
  const body = element("tbody");
  let [panel, before] = [null, ""];
  const choose = (row) => actions.patch(panel.move(Math.min(Math.max(row, 0), panel.rows.length - 1)));
  const frame2 = element(
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
      }
    },
    element("table", {}, head, body)
  );
  return {
    root: element("div", { class: "panel wide" }, name, frame2),
    draw(next, hidden) {
      panel = next;
      set(name, "text", panel.title);
      set(frame2, "data-panel", panel.id);
      set(frame2, "aria-label", panel.title);
      const rows = panel.rows.map((row) => row.map((text, column) => hidden && column ? "?" : text));
      const now = JSON.stringify([panel.columns, rows]);
      if (now !== before) {
        before = now;
        head.replaceChildren(element("tr", {}, ...panel.columns.map((text) => element("th", { scope: "col", text }))));
        body.replaceChildren(...rows.map((row) => element("tr", {}, ...row.map((text, column) => element(column ? "td" : "th", { scope: column ? null : "row", text })))));
      }
      [...body.children].forEach((row, index) => set(row, "aria-current", index === panel.cursor ? "true" : null));
    }
  };
}

// js/ui/panels.mjs
var VIEWS = { grid: gridView, chart: chartView, map: mapView, table: tableView };
function panelsView(actions) {
  const root = element("div", { class: "panels" });
  const views = /* @__PURE__ */ new Map();
  return {
    root,
    draw(panels, hidden) {
      for (const [id, view] of views)
        if (!panels.some((panel) => panel.id === id)) {
          view.root.remove();
          views.delete(id);
        }
      panels.forEach((panel, index) => {
        if (!views.has(panel.id)) views.set(panel.id, VIEWS[panel.kind](actions));
        const view = views.get(panel.id);
        if (root.children[index] !== view.root) root.insertBefore(view.root, root.children[index] ?? null);
        view.draw(panel, Boolean(hidden && panel.secret));
      });
    }
  };
}
var ARROWS2 = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
function chartView(actions) {
  const name = element("div", { class: "panel-title" });
  let [panel, before] = [null, null];
  const choose = (event) => {
    const mark = panel.move && event.target.closest("[data-row]");
    if (mark) actions.patch(panel.move(Number(mark.dataset.row), Number(mark.dataset.column)));
    return Boolean(mark);
  };
  const body = element("div", {
    class: "chart",
    onpointermove: (event) => event.pointerType === "mouse" && actions.moved() && !actions.pinned() && choose(event),
    onclick: (event) => choose(event) && actions.pin(),
    onkeydown: (event) => {
      const arrow = ARROWS2[event.key];
      if (!arrow || !panel.step || event.ctrlKey || event.metaKey || event.altKey) return;
      actions.patch(panel.step(...arrow));
      event.preventDefault();
    }
  });
  return {
    root: element("div", { class: "panel" }, name, body),
    draw(next, hidden) {
      panel = next;
      const { width, height, markup } = panel.chart;
      const active = Boolean(panel.move && !hidden);
      set(name, "text", panel.title);
      set(body, "data-panel", panel.id);
      set(body, "role", active ? "application" : "img");
      set(body, "tabindex", active ? 0 : null);
      set(body, "aria-label", `${panel.title}: ${hidden ? "hidden" : panel.words}`);
      const now = hidden ? '<svg viewBox="0 0 120 60" width="120" aria-hidden="true"><text class="title" x="50" y="36">?</text></svg>' : `<svg viewBox="0 0 ${width} ${height}" style="width: ${scaled(width)}" aria-hidden="true">${markup}</svg>`;
      if (now !== before) body.innerHTML = before = now;
    }
  };
}
function mapView(actions) {
  const name = element("div", { class: "panel-title" });
  const frame2 = element("div", { class: "map-mark" });
  let panel = null;
  const point = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [i, j] = [(event.clientY - top) / height, (event.clientX - left) / width];
    actions.patch(panel.move(Math.floor(i * canvas.height), Math.floor(j * canvas.width)));
  };
  const canvas = element("canvas", {
    role: "img",
    onpointermove: (event) => panel.move && event.pointerType === "mouse" && actions.moved() && !actions.pinned() && point(event),
    onclick: (event) => {
      if (!panel.move) return;
      point(event);
      actions.pin();
    }
  });
  return {
    root: element("div", { class: "panel" }, name, element("div", { class: "map" }, canvas, frame2)),
    draw(next, hidden) {
      panel = next;
      set(name, "text", panel.title);
      set(canvas, "data-panel", panel.id);
      set(canvas, "aria-label", `${panel.title}: ${hidden ? "hidden" : panel.words}`);
      paint(canvas, panel, hidden);
      frame2.hidden = !panel.mark;
      if (!panel.mark) return;
      const share = (value, all) => `${(100 * value / all).toFixed(3)}%`;
      const [[i, j], [high, wide]] = [panel.mark.at, panel.mark.size];
      set(frame2, "style", `top: ${share(i, canvas.height)}; left: ${share(j, canvas.width)}; height: ${share(high, canvas.height)}; width: ${share(wide, canvas.width)}`);
    }
  };
}
var scaled = (width) => `calc(var(--cnn-demo-size, 15px) * ${(width / 15).toFixed(2)})`;
function paint(canvas, panel, hidden) {
  const { wide, high, grey } = composed(panel);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.width = scaled(wide * panel.zoom);
  const context = canvas.getContext("2d");
  const image = context.createImageData(wide, high);
  if (!hidden)
    grey.forEach((shade, at) => {
      if (shade !== null) image.data.set([shade, shade, shade, 255], 4 * at);
    });
  context.putImageData(image, 0, 0);
}

// js/ui/predict.mjs
function predictView(changed) {
  let active = false;
  let answered = null;
  let question = null;
  let [right, all] = [0, 0];
  const words2 = element("label");
  const guess = element("input", { autocomplete: "off", size: 8 });
  const feedback = element("span", { role: "status" });
  const form = element(
    "form",
    {
      class: "predict",
      onsubmit: (event) => {
        event.preventDefault();
        if (guess.value.trim()) judge2();
      }
    },
    words2,
    guess,
    element("button", { type: "submit", text: "Reveal" }),
    feedback
  );
  set(guess, "aria-label", "Your prediction");
  function judge2() {
    const isRight = agrees(guess.value, question.answer);
    [right, all, answered] = [right + isRight, all + 1, question.text];
    const shown2 = typeof question.answer === "number" ? format(question.answer) : question.answer;
    const said = isRight ? `Right: ${shown2}.` : `You said ${guess.value}; it is ${shown2}.`;
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
    }
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
      set(words2, "text", next.text);
      set(toggle, "aria-pressed", String(active));
    }
  };
}
var plain = (words2) => words2.toLowerCase().replace(/\s/g, "").replace(/[×*,]/g, "x");
function agrees(guess, answer) {
  if (typeof answer !== "number")
    return plain(guess) === plain(answer);
  const number2 = Number(guess.replace("\u2212", "-").replace(",", "."));
  return Math.abs(number2 - answer) <= 5e-3 * Math.max(1, Math.abs(answer));
}

// js/ui/tools.mjs
function codeView() {
  const root = element("details", { class: "code" }, element("summary", { text: "Code for this setting" }));
  let parts = [];
  return {
    root,
    draw(code2) {
      if (parts.length !== code2.length) {
        parts = code2.map(() => snippet());
        root.append(...parts.map((part) => part.root));
      }
      code2.forEach(([language, text], index) => parts[index].draw(language, text));
    }
  };
}
function snippet() {
  const code2 = element("code");
  const block = element("pre", { tabindex: 0 }, code2);
  const button = element("button", { type: "button", onclick: () => copy(code2.textContent, button) });
  return {
    root: element("div", { class: "snippet" }, block, button),
    draw(language, text) {
      set(code2, "text", text);
      set(block, "aria-label", `${language} code`);
      button.dataset.label = `Copy ${language}`;
      set(button, "text", `Copy ${language}`);
    }
  };
}
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
function saveButton(name, view, hidden) {
  return element("button", {
    type: "button",
    text: "Save picture (SVG)",
    onclick: () => {
      const blob = new Blob([picture(view(), hidden())], { type: "image/svg+xml" });
      const link = element("a", { href: URL.createObjectURL(blob), download: `${name}.svg` });
      link.click();
      URL.revokeObjectURL(link.href);
    }
  });
}

// js/ui/transport.mjs
var SPEEDS = [
  ["1500", "slow"],
  ["700", "normal"],
  ["250", "fast"]
];
function transportView(frames, patch) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = null;
  const button = (text, label, onclick) => element("button", { type: "button", text, "aria-label": label, onclick });
  const play = button("\u25B6", "Play", () => toggle());
  const speed = element(
    "select",
    { "aria-label": "Speed", onchange: () => timer !== null && (stop(), start()) },
    ...SPEEDS.map(([value, text]) => element("option", { value, text, selected: value === "700" }))
  );
  const where = element("span", { class: "where" });
  const root = element(
    "div",
    { class: "transport", role: "group", "aria-label": "Steps" },
    button("|\u25C0", "First step", () => go(() => 0)),
    button("\u25C0", "Step back", () => go((now) => now - 1)),
    play,
    button("\u25B6|", "Step forward", () => go((now) => now + 1)),
    speed,
    where
  );
  function go(next) {
    const { count: count2, now, go: change } = frames();
    patch(change((next(now) + count2) % count2));
  }
  function start() {
    timer = setInterval(() => go((now) => now + 1), Number(speed.value));
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    draw();
  }
  function toggle() {
    if (timer !== null) return stop();
    if (!still.matches) start();
    draw();
  }
  function draw(hidden) {
    const { count: count2, now } = frames();
    set(play, "text", timer === null ? "\u25B6" : "\u23F8");
    set(play, "aria-label", timer === null ? "Play" : "Pause");
    play.disabled = still.matches;
    set(play, "title", still.matches ? "Your system asks for less motion: step by hand" : null);
    set(where, "text", hidden ? String(now + 1) : `${now + 1} / ${count2}`);
  }
  const keys = { ".": () => go((now) => now + 1), ",": () => go((now) => now - 1), p: toggle };
  return {
    root,
    draw,
    stop,
    playing: () => timer !== null,
    key(name) {
      keys[name]?.();
      return name in keys;
    }
  };
}

// js/ui/demo.mjs
var SAVE_AFTER = 150;
var KEYS = "Arrow keys move on a grid, Home and End go to the ends of a row, Enter pins the place or edits a number, , and . step, p plays, Escape leaves.";
function demo(description2) {
  return { render: ({ model, el }) => render(description2, model, el) };
}
function render(description2, model, el) {
  let [state, given] = read();
  let shown2 = null;
  let [pinned, frame2, saving] = [false, null, null];
  const mouse = { at: "", moved: false };
  const actions = { patch, pinned: () => pinned, pin: () => pin(!pinned), moved: () => mouse.moved };
  const controls = controlsView(patch, () => description2.controls(state, given));
  const panels = panelsView(actions);
  const predict = predictView(() => schedule());
  const code2 = codeView();
  const transport = description2.frames && transportView(() => description2.frames(state), patch);
  const pad = description2.pad?.(actions) ?? null;
  const formula = element("p", { class: "formula" });
  const status = element("p", { class: "status", role: "status" });
  const student = element("p", { class: "student", role: "status" });
  const pinButton = element("button", { type: "button", text: "Pin", title: "Hold this place while the mouse moves", onclick: () => pin(!pinned) });
  const root = element(
    "section",
    {
      class: "cnn-demo",
      tabindex: -1,
      "data-demo": description2.name,
      "data-lm-suppress-shortcuts": "true",
      "aria-label": description2.title,
      onfocusin: keepKeys,
      onkeydown: key
    },
    element("p", { class: "head", text: description2.title }),
    controls.root,
    transport?.root ?? null,
    pad?.root ?? null,
    panels.root,
    formula,
    predict.root,
    status,
    student,
    element(
      "div",
      { class: "tools" },
      predict.toggle,
      transport ? pinButton : null,
      element("button", { type: "button", text: "Start again", onclick: () => patch({ ...description2.defaults, ...given.start }) }),
      saveButton(description2.name, () => shown2, predict.hidden)
    ),
    code2.root,
    element("details", { class: "keys" }, element("summary", { text: "Keys" }), element("p", { text: KEYS }))
  );
  function read() {
    const given2 = model.get("given") ?? {};
    return [description2.settle({ ...description2.defaults, ...model.get("state") }, given2), given2];
  }
  function patch(change) {
    state = description2.settle({ ...state, ...change }, given);
    model.set("state", state);
    clearTimeout(saving);
    saving = setTimeout(() => model.save_changes(), SAVE_AFTER);
    schedule();
  }
  function pin(now) {
    pinned = now;
    schedule();
  }
  function schedule() {
    frame2 ??= requestAnimationFrame(draw);
  }
  function drawWaiting() {
    if (frame2 === null) return;
    cancelAnimationFrame(frame2);
    draw();
  }
  function draw() {
    frame2 = null;
    shown2 = description2.view(state, given);
    predict.draw(shown2.question);
    const hidden = predict.hidden();
    controls.draw(description2.controls(state, given));
    transport?.draw(hidden);
    pad?.draw(state);
    panels.draw(shown2.panels, hidden);
    set(formula, "text", (hidden ? shown2.formula?.[0] : shown2.formula?.[1]) ?? "");
    formula.hidden = !shown2.formula;
    set(status, "aria-live", transport?.playing() ? "off" : "polite");
    set(status, "text", `${shown2.sentence} ${hidden ? "" : shown2.result}`.trim());
    set(student, "text", shown2.student ?? "");
    student.hidden = hidden || !shown2.student;
    set(pinButton, "aria-pressed", String(pinned));
    pinButton.hidden = !shown2.panels.some((panel) => panel.move);
    code2.draw(shown2.code);
    set(root, "data-demo-ready", "true");
  }
  function key(event) {
    if (event.key === "Escape") return leave(root);
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (transport?.key(event.key)) event.preventDefault();
  }
  function changed() {
    [state, given] = read();
    schedule();
  }
  function watch(event) {
    const now = `${event.screenX} ${event.screenY}`;
    mouse.moved = now !== mouse.at;
    mouse.at = now;
  }
  for (const kind of ["pointermove", "pointerdown"]) root.addEventListener(kind, watch, true);
  root.addEventListener("keydown", drawWaiting, true);
  const unseen = new IntersectionObserver(([entry2]) => {
    if (!entry2.isIntersecting && transport?.playing()) transport.stop();
  });
  unseen.observe(root);
  model.on("change:state", changed);
  model.on("change:given", changed);
  el.append(root);
  draw();
  return () => {
    transport?.stop();
    unseen.disconnect();
    cancelAnimationFrame(frame2);
    if (saving !== null) clearTimeout(saving);
    model.off("change:state", changed);
    model.off("change:given", changed);
    root.remove();
  };
}
function keepKeys(event) {
  event.target.setAttribute("data-lm-suppress-shortcuts", "true");
}
function leave(root) {
  const around = root.parentElement?.closest("[tabindex], button, a[href]");
  if (around) around.focus();
  else root.getRootNode().activeElement?.blur();
}

// js/normalization.mjs
var [IMAGES, CHANNELS, PIXELS, BATCHES] = [4, 4, 6, 24];
var CENTRES = [2, -1, 0, 4];
var SPREADS = [1, 0.5, 2, 1.5];
var KINDS = { batch: "batch norm", layer: "layer norm", instance: "instance norm", group: "group norm" };
var PARTS = [0.01, 0.1, 0.3, 1];
var BINS = 12;
var entry = (t, n, c, p) => CENTRES[c] + SPREADS[c] * ((37 * n + 19 * c + 53 * p + 71 * t + 29 * n * p + 11 * t * p + 17 * p * p) % 41 - 20) / 10;
var batch = (t) => {
  const range = (size) => Array.from({ length: size }, (_, i) => i);
  return range(IMAGES).map((n) => range(CHANNELS).map((c) => range(PIXELS).map((p) => entry(t, n, c, p))));
};
var STREAM = Array.from({ length: BATCHES }, (_, t) => batch(t));
var description = {
  name: "normalization",
  title: "Normalization: who shares a mean",
  defaults: { kind: "batch", groups: 2, training: true, part: 0.1, step: 0, at: [0, 0] },
  settle(state) {
    return {
      kind: oneOf(state.kind, Object.keys(KINDS)),
      groups: oneOf(state.groups, [2, 1, 4]),
      training: state.training !== false,
      part: oneOf(state.part, [0.1, ...PARTS]),
      step: whole(state.step, 0, BATCHES - 1, 0),
      at: place(state.at, [IMAGES, CHANNELS])
    };
  },
  frames: ({ step }) => ({ count: BATCHES, now: step, go: (frame2) => ({ step: frame2 }) }),
  controls(state) {
    return [
      {
        kind: "choice",
        label: "Layer",
        value: state.kind,
        options: Object.entries(KINDS),
        change: (kind) => ({ kind })
      },
      ...state.kind === "group" ? [
        {
          kind: "choice",
          label: "Groups",
          value: String(state.groups),
          options: ["1", "2", "4"].map((groups) => [groups, groups]),
          change: (groups) => ({ groups: Number(groups) })
        }
      ] : [],
      {
        kind: "choice",
        label: "Mode",
        value: state.training ? "train" : "eval",
        options: [
          ["train", "training"],
          ["eval", "evaluation"]
        ],
        change: (mode) => ({ training: mode === "train" })
      },
      {
        kind: "number",
        label: "Batches seen before this one",
        value: state.step,
        low: 0,
        high: BATCHES - 1,
        change: (step) => ({ step })
      },
      ...state.kind === "batch" ? [
        {
          kind: "choice",
          label: "Part of the new batch",
          value: String(state.part),
          options: PARTS.map((part) => [String(part), `${part} (torch momentum ${part}, slide ${format(1 - part)})`]),
          change: (part) => ({ part: Number(part) })
        }
      ] : []
    ];
  },
  view(state, given) {
    const [n, c] = state.at;
    const x = STREAM[state.step];
    const { share, used, y, runs } = solve(state);
    const mine = share(n, c);
    const values = sharing(x, share, mine);
    const after = sharing(y, share, mine);
    const { mean, variance } = used[mine];
    const shares = new Set(x.flatMap((image, i) => image.map((_, j) => share(i, j))));
    const panels = [
      {
        kind: "grid",
        id: "shares",
        title: "mean used, image by channel",
        rows: x.map(
          (image, i) => image.map((_, j) => ({
            text: format(Number(used[share(i, j)].mean.toFixed(2))),
            marks: [groupMark(share(i, j)), ...i === n && j === c ? ["current"] : share(i, j) === mine ? ["window"] : []]
          }))
        ),
        cursor: state.at,
        move: (i, j) => ({ at: [i, j] }),
        secret: true,
        covered: true
      },
      chart("before", "the numbers that share it", values, [{ at: mean, label: "mean" }], -5, 8, false),
      chart("after", "these, normalised", after, [{ at: 0, label: "0" }], -4, 4, true)
    ];
    if (state.kind === "batch") panels.push(runningPanel(state, runs));
    const student = studentPart(given, state, y);
    if (student.panel) panels.push(student.panel);
    return {
      title: description.title,
      panels,
      formula: [formulaOf(state, runs, true), formulaOf(state, runs, false)],
      sentence: `${capital(KINDS[state.kind])} in ${state.training ? "training" : "evaluation"}, image ${n}, channel ${c}, batch ${state.step}.`,
      result: `${count(shares.size, "mean")} in all; ${count(values.length, "number")} share this one: mean ${format(mean)}, variance ${format(variance)}. ${modeWords(state)} The first number goes from ${format(x[n][c][0])} to ${format(y[n][c][0])}.`,
      student: student.sentence,
      question: { text: `How many means does ${KINDS[state.kind]}${state.kind === "group" ? ` with ${count(state.groups, "group")}` : ""} use for ${IMAGES} images of ${CHANNELS} channels?`, answer: shares.size },
      code: code(state)
    };
  }
};
var normalization_default = demo(description);
var capital = (words2) => words2[0].toUpperCase() + words2.slice(1);
var sharing = (x, share, mine) => x.flatMap((image, n) => image.flatMap((pixels, c) => share(n, c) === mine ? pixels : []));
function solve({ kind, groups, training, part, step }) {
  const x = STREAM[step];
  const share = shareOf(kind, groups, IMAGES, CHANNELS);
  const runs = running(STREAM.slice(0, step + 1), part);
  const used = kind === "batch" && !training ? runs[step] : statistics(x, share);
  return { share, used, runs, y: normalise(x, share, used) };
}
function chart(id, title, values, marks, low, high, secret) {
  const counts = histogram(values, low, high, BINS);
  const words2 = `${count(values.length, "number")}, mean ${format(average(values))}, from ${format(Math.min(...values))} to ${format(Math.max(...values))}`;
  return { kind: "chart", id, title, words: words2, secret, chart: histogramChart(counts, low, high, marks, "value") };
}
function runningPanel({ step, at: [, c] }, runs) {
  const means = STREAM.slice(0, step + 1).map((x) => statistics(x, (_, channel) => channel)[c].mean);
  const series = [
    { name: "mean", values: runs.map((run) => run[c].mean), style: 0 },
    { name: "variance", values: runs.map((run) => run[c].variance), style: 1 },
    { name: "batch", values: [null, ...means], style: 2 }
  ];
  const last = runs.at(-1)[c];
  return {
    kind: "chart",
    id: "running",
    title: `running statistics of channel ${c}`,
    words: `after ${count(step + 1, "batch").replace("batchs", "batches")} the running mean is ${format(last.mean)}, the running variance ${format(last.variance)}`,
    chart: curves(series, BATCHES, "batches seen")
  };
}
function formulaOf({ kind, part, step, at: [, c], training }, runs, hidden) {
  if (kind !== "batch") return "y = (x \u2212 mean) / \u221A(variance + \u03B5), in training and in evaluation alike";
  if (!training) return "y = (x \u2212 running mean) / \u221A(running variance + \u03B5); a test changes no average";
  const [old, now] = [runs[step][c].mean, runs[step + 1][c].mean];
  const mean = statistics(STREAM[step], (_, channel) => channel)[c].mean;
  const numbers = hidden ? "?" : format(now);
  const keep = format(1 - part);
  return `torch, momentum ${format(part)}: (1 \u2212 ${format(part)}) \xB7 ${format(old)} + ${format(part)} \xB7 ${hidden ? "?" : format(mean)} = ${numbers}
slide, momentum ${keep}: ${keep} \xB7 ${format(old)} + (1 \u2212 ${keep}) \xB7 ${hidden ? "?" : format(mean)} = ${numbers}`;
}
function modeWords({ kind, training }) {
  if (kind !== "batch") return "Both modes do the same.";
  return training ? "Training uses the batch's own numbers." : "Evaluation uses the running averages.";
}
var flat = (y) => y.map((image) => image.flat());
function studentPart(given, state, y) {
  if (!given.student) return {};
  const outcome = { ...given.student };
  if (outcome.shape?.join() === `${IMAGES},${CHANNELS},2,3`) outcome.shape = [IMAGES, CHANNELS * PIXELS];
  const right = flat(y);
  const keys = ["kind", "groups", "training", "part", "step"];
  const { sentence, panel } = studentPanel({ ...given, student: outcome }, state, right, [-1, -1], () => mistakes(state), keys);
  if (!panel) return { sentence };
  const got = matrixFrom(outcome, [IMAGES, CHANNELS * PIXELS]);
  const wrong = differing(got, right).map(([n, column]) => [n, Math.floor(column / PIXELS)]);
  const errors = y.map(
    (image, n) => image.map((pixels, c) => Math.max(...pixels.map((value, p) => Math.abs(got[n][c * PIXELS + p] - value))))
  );
  const rows = cells(errors, (n, c) => wrong.some(([i, j]) => i === n && j === c) ? ["wrong"] : []);
  rows.flat().forEach((cell, at) => cell.text = format(Number(errors.flat()[at].toFixed(3))));
  return {
    sentence,
    panel: { kind: "grid", id: "student", title: `largest error of ${outcome.name}`, rows, cursor: state.at, move: (i, j) => ({ at: [i, j] }), secret: true }
  };
}
function mistakes(state) {
  const x = STREAM[state.step];
  const others = Object.keys(KINDS).filter((kind) => kind !== state.kind).map((kind) => [`means over the entries of ${KINDS[kind]}`, flat(solve({ ...state, kind, training: true }).y)]);
  const { share, used } = solve(state);
  const unbiased = used.map(({ mean, variance, size }) => ({ mean, variance: variance * size / (size - 1) }));
  const centred = used.map(({ mean }) => ({ mean, variance: 1 }));
  const isEval = state.kind === "batch" && !state.training;
  return [
    ...others,
    ["a variance that is missing", flat(normalise(x, share, centred))],
    ...isEval ? [["the batch's own numbers in evaluation", flat(solve({ ...state, training: true }).y)]] : [["the unbiased variance", flat(normalise(x, share, unbiased))]],
    ...state.kind === "batch" && state.training ? [["the running averages in training", flat(solve({ ...state, training: false }).y)]] : []
  ];
}
function code({ kind, groups, training, part, at: [n, c] }) {
  const layer = {
    batch: `nn.BatchNorm2d(${CHANNELS}, momentum=${part})`,
    layer: `nn.LayerNorm([${CHANNELS}, 2, 3])`,
    instance: `nn.InstanceNorm2d(${CHANNELS})`,
    group: `nn.GroupNorm(${groups}, ${CHANNELS})`
  }[kind];
  const per = CHANNELS / groups;
  const first = Math.floor(c / per) * per;
  const members = { batch: `:, ${c}`, layer: String(n), instance: `${n}, ${c}`, group: `${n}, ${first}:${first + per}` }[kind];
  return [
    ["torch", `layer = ${layer}.${training ? "train" : "eval"}()
y = layer(x)  # x is (${IMAGES}, ${CHANNELS}, 2, 3)`],
    ["numpy", `# the numbers that share the mean at the cursor
(x[${members}].mean(), x[${members}].var())`]
  ];
}
export {
  normalization_default as default,
  description
};
