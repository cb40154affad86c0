// js/core/conv.mjs
function taps(kernel, [row, column], stride = [1, 1], dilation = [1, 1]) {
  const places = [];
  for (let p = 0; p < kernel[0]; p++)
    for (let q = 0; q < kernel[1]; q++)
      places.push({
        i: row * stride[0] + p * dilation[0],
        j: column * stride[1] + q * dilation[1],
        p,
        q
      });
  return places;
}
function outputSize(size2, kernel, stride = 1, padding = 0, dilation = 1) {
  const room = size2 + 2 * padding - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}
var shape = (matrix2) => [matrix2.length, matrix2[0].length];
var matrix = (rows, columns, entry) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_2, j) => entry(i, j)));
function correlate(x, k, stride = [1, 1], dilation = [1, 1]) {
  const kernel = shape(k);
  const [rows, columns] = [0, 1].map(
    (axis) => outputSize(shape(x)[axis], kernel[axis], stride[axis], 0, dilation[axis])
  );
  return matrix(
    rows,
    columns,
    (row, column) => taps(kernel, [row, column], stride, dilation).reduce(
      (sum, { i, j, p, q }) => sum + x[i][j] * k[p][q],
      0
    )
  );
}
var turned = (k) => k.map((row) => [...row].reverse()).reverse();
var transposed = (k) => matrix(k[0].length, k.length, (i, j) => k[j][i]);

// js/core/format.mjs
function format(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "\u221E" : "\u2212\u221E";
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  return String(rounded === 0 ? 0 : rounded).replaceAll("-", "\u2212");
}
function literal(value) {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
  return String(Number(value.toPrecision(6)));
}
function matrixLiteral(matrix2) {
  return `[${matrix2.map((row) => `[${row.map(literal).join(", ")}]`).join(", ")}]`;
}

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
  const shape2 = [right.length, right[0].length];
  const got = matrixFrom(outcome, shape2);
  if (got === null) {
    const given = matrixFrom(outcome, outcome.shape.slice(-2));
    const guess2 = likely || (given ? mistake(given, candidates) : "");
    return `${name} returned shape ${outcome.shape.join(" \xD7 ")}, expected ${shape2.join(" \xD7 ")}.${guess2}`;
  }
  const wrong = differing(got, right);
  if (!wrong.length) return `${name} agrees${shape2[0] * shape2[1] > 1 ? ` in all ${shape2[0] * shape2[1]} outputs` : ""}.`;
  const guess = likely || mistake(got, candidates);
  return `${name} differs in ${wrong.length} of ${shape2[0] * shape2[1]} outputs, marked \u2260.${guess}`;
}
function mistake(got, candidates) {
  const isOf = (matrix2) => matrix2.length === got.length && matrix2[0].length === got[0].length;
  const fitting = candidates.filter(
    ([, matrix2]) => isOf(matrix2) && (matrix2.flat().every(Number.isNaN) || !differing(got, matrix2).length)
  );
  return fitting.length === 1 ? ` Looks like ${fitting[0][0]}.` : "";
}

// js/core/panels.mjs
function cells(matrix2, marks) {
  const most = Math.max(...matrix2.flat().map(Math.abs).filter(Number.isFinite), 1e-12);
  return matrix2.map(
    (row, i) => row.map((value, j) => ({
      text: format(value),
      shade: Number.isFinite(value) ? value / most : 0,
      marks: marks(i, j)
    }))
  );
}
var changed = (old, row, column, value) => old.map((line, i) => line.map((entry, j) => i === row && j === column ? value : entry));
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
function pair(value, low, high, otherwise) {
  const given = Array.isArray(value) ? value : [];
  return [0, 1].map((axis) => whole(given[axis], low, high, otherwise[axis]));
}
function matrixOf(value, most, otherwise) {
  const isMatrix = Array.isArray(value) && value.length >= 1 && value.length <= most && value.every(
    (row) => Array.isArray(row) && row.length >= 1 && row.length <= most && row.length === value[0].length && row.every((entry) => typeof entry === "number" && Number.isFinite(entry))
  );
  return isMatrix ? value : otherwise;
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
    const size2 = Math.min(most, bytes.length - at);
    const last = at + size2 === bytes.length ? 1 : 0;
    out.push(last, size2 & 255, size2 >> 8, ~size2 & 255, ~size2 >> 8 & 255);
    for (let i = at; i < at + size2; i++) out.push(bytes[i]);
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

// js/core/chart.mjs
var escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

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
  const size2 = `width="${width}" height="${height}"`;
  const image = `<image ${size2} style="image-rendering: pixelated" href="${pngAddress(whole2)}"/>`;
  if (!panel.mark) return { width, height, markup: image };
  const [y, x, high, wide] = [...panel.mark.at, ...panel.mark.size].map((value) => value * panel.zoom);
  const frame = `<rect class="window" x="${x - 2}" y="${y - 2}" width="${wide + 4}" height="${high + 4}"/>`;
  return { width, height, markup: image + frame };
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
var inside = (index, size2) => Math.min(Math.max(index, 0), size2 - 1);
var words = (rows) => rows.map((row) => row.map((cell) => shown(cell)).join(" ")).join("; ");

// js/ui/table.mjs
var STEPS = { ArrowUp: -1, ArrowDown: 1 };
function tableView(actions) {
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
      }
    },
    element("table", {}, head, body)
  );
  return {
    root: element("div", { class: "panel wide" }, name, frame),
    draw(next, hidden) {
      panel = next;
      set(name, "text", panel.title);
      set(frame, "data-panel", panel.id);
      set(frame, "aria-label", panel.title);
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
  const frame = element("div", { class: "map-mark" });
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
    root: element("div", { class: "panel" }, name, element("div", { class: "map" }, canvas, frame)),
    draw(next, hidden) {
      panel = next;
      set(name, "text", panel.title);
      set(canvas, "data-panel", panel.id);
      set(canvas, "aria-label", `${panel.title}: ${hidden ? "hidden" : panel.words}`);
      paint(canvas, panel, hidden);
      frame.hidden = !panel.mark;
      if (!panel.mark) return;
      const share = (value, all) => `${(100 * value / all).toFixed(3)}%`;
      const [[i, j], [high, wide]] = [panel.mark.at, panel.mark.size];
      set(frame, "style", `top: ${share(i, canvas.height)}; left: ${share(j, canvas.width)}; height: ${share(high, canvas.height)}; width: ${share(wide, canvas.width)}`);
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
function predictView(changed2) {
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
    changed2();
  }
  const toggle = element("button", {
    type: "button",
    text: "Predict first",
    "aria-pressed": "false",
    onclick: () => {
      active = !active;
      answered = null;
      set(feedback, "text", "");
      changed2();
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
    const { count, now, go: change } = frames();
    patch(change((next(now) + count) % count));
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
    const { count, now } = frames();
    set(play, "text", timer === null ? "\u25B6" : "\u23F8");
    set(play, "aria-label", timer === null ? "Play" : "Pause");
    play.disabled = still.matches;
    set(play, "title", still.matches ? "Your system asks for less motion: step by hand" : null);
    set(where, "text", hidden ? String(now + 1) : `${now + 1} / ${count}`);
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
  let [pinned, frame, saving] = [false, null, null];
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
    frame ??= requestAnimationFrame(draw);
  }
  function drawWaiting() {
    if (frame === null) return;
    cancelAnimationFrame(frame);
    draw();
  }
  function draw() {
    frame = null;
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
  function changed2() {
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
  const unseen = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting && transport?.playing()) transport.stop();
  });
  unseen.observe(root);
  model.on("change:state", changed2);
  model.on("change:given", changed2);
  el.append(root);
  draw();
  return () => {
    transport?.stop();
    unseen.disconnect();
    cancelAnimationFrame(frame);
    if (saving !== null) clearTimeout(saving);
    model.off("change:state", changed2);
    model.off("change:given", changed2);
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

// js/sliding_kernel.mjs
var X = [
  [0, 80, 40],
  [20, 40, 0],
  [0, 0, 40]
];
var K = [
  [0, 0.25],
  [0.5, 1]
];
var MOST = 12;
var PRESETS = {
  "": "your own",
  slide: "the slide's",
  box: "mean of 3 \xD7 3",
  edge: "upright edges"
};
var KERNELS = {
  slide: K,
  box: matrix(3, 3, () => 1 / 9),
  edge: matrix(3, 3, (_, j) => j - 1)
};
var description = {
  name: "sliding_kernel",
  title: "A kernel slides over an image",
  defaults: { x: X, k: K, bias: 0, flip: false, at: [0, 0] },
  settle(state) {
    const x = matrixOf(state.x, MOST, X);
    let k = matrixOf(state.k, MOST, K);
    if (k.length > x.length || k[0].length > x[0].length) k = [[1]];
    const bias = Number.isFinite(state.bias) ? state.bias : 0;
    const out = shape(correlate(x, k));
    return { x, k, bias, flip: state.flip === true, at: place(state.at, out) };
  },
  frames(state) {
    const [rows, columns] = shape(correlate(state.x, state.k));
    return {
      count: rows * columns,
      now: state.at[0] * columns + state.at[1],
      go: (frame) => ({ at: [Math.floor(frame / columns), frame % columns] })
    };
  },
  controls(state) {
    const preset = Object.keys(KERNELS).find((name) => same(KERNELS[name], state.k)) ?? "";
    const fitting = Object.entries(PRESETS).filter(
      ([name]) => name === preset || name && fits(KERNELS[name], state.x)
    );
    return [
      {
        kind: "choice",
        label: "Operation",
        value: state.flip ? "flip" : "slide",
        options: [
          ["slide", "cross-correlation"],
          ["flip", "convolution (k turned)"]
        ],
        change: (value) => ({ flip: value === "flip" })
      },
      {
        kind: "choice",
        label: "Kernel",
        value: preset,
        options: fitting,
        change: (name) => name ? { k: KERNELS[name], at: [0, 0] } : {}
      },
      ...[0, 1].map((axis) => size(state, axis))
    ];
  },
  view(state, given) {
    const used = state.flip ? turned(state.k) : state.k;
    const y = result(state);
    const [row, column] = state.at;
    const window = taps(shape(used), state.at);
    const under = (i, j) => i >= row && i < row + used.length && j >= column && j < column + used[0].length;
    const products = matrix(used.length, used[0].length, (p, q) => state.x[row + p][column + q] * used[p][q]);
    const panels = [
      {
        kind: "grid",
        id: "x",
        title: "image x",
        rows: cells(state.x, (i, j) => under(i, j) ? ["window"] : []),
        edit: (i, j, value) => ({ x: changed(state.x, i, j, value) })
      },
      {
        kind: "grid",
        id: "k",
        title: "kernel k",
        rows: cells(state.k, () => []),
        edit: (i, j, value) => ({ k: changed(state.k, i, j, value) })
      },
      ...state.flip ? [{ kind: "grid", id: "turned", title: "k turned", rows: cells(used, () => []) }] : [],
      { kind: "grid", id: "products", title: "products", rows: cells(products, () => ["window"]), secret: true },
      {
        kind: "grid",
        id: "y",
        title: "output y",
        rows: cells(y, (i, j) => i === row && j === column ? ["current"] : []),
        cursor: state.at,
        move: (i, j) => ({ at: [i, j] }),
        secret: true
      }
    ];
    const student = studentPanel(given, state, y, state.at, () => mistakes(state, y), ["x", "k", "bias", "flip"]);
    if (student.panel) panels.push(student.panel);
    const sum = window.map(({ i, j, p, q }) => `${parens(state.x[i][j])}\xB7${parens(used[p][q])}`).join(" + ");
    const plus = state.bias ? ` + ${format(state.bias)} (bias)` : "";
    return {
      title: description.title,
      panels,
      sentence: `The ${state.flip ? "turned " : ""}kernel lies on rows ${row} to ${row + used.length - 1} and columns ${column} to ${column + used[0].length - 1} of x.`,
      result: `y[${row}, ${column}] = ${sum}${plus} = ${format(y[row][column])}.`,
      student: student.sentence,
      question: { text: `What is y[${row}, ${column}]?`, answer: y[row][column] },
      code: code(state)
    };
  }
};
var sliding_kernel_default = demo(description);
var fits = (k, x) => k.length <= x.length && k[0].length <= x[0].length;
var same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
var parens = (value) => value < 0 ? `(${format(value)})` : format(value);
function size({ x, k }, axis) {
  return {
    kind: "number",
    key: ["rows", "columns"][axis],
    label: `${["Rows", "Columns"][axis]} of x`,
    value: shape(x)[axis],
    low: shape(k)[axis],
    high: 8,
    change(value) {
      const [rows, columns] = axis ? [x.length, value] : [value, x[0].length];
      return { x: matrix(rows, columns, (i, j) => x[i % x.length][j % x[0].length]) };
    }
  };
}
var plain2 = (x, k, bias) => correlate(x, k).map((row) => row.map((value) => value + bias));
var result = ({ x, k, flip, bias }) => plain2(x, flip ? turned(k) : k, bias);
function mistakes({ x, k, bias, flip }, y) {
  const square = k.length === k[0].length;
  return [
    [`the other operation: the kernel is ${flip ? "not turned" : "turned"}`, plain2(x, flip ? k : turned(k), bias)],
    ["a kernel turned up-down only", plain2(x, [...k].reverse(), bias)],
    ["a kernel turned left-right only", plain2(x, k.map((line) => [...line].reverse()), bias)],
    ...square ? [["a transposed kernel", plain2(x, transposed(k), bias)]] : [],
    ...bias ? [["a forgotten bias", y.map((line) => line.map((value) => value - bias))]] : [],
    ["a mean instead of a sum", y.map((line) => line.map((value) => (value - bias) / k.flat().length + bias))],
    ["a window that is never multiplied by k", plain2(x, k.map((line) => line.map(() => 1)), bias)],
    ["an output of the size of x: zeros were put around it", matrix(x.length, x[0].length, () => NaN)],
    ["a range that ends one place too early", y.slice(0, -1).map((line) => line.slice(0, -1))]
  ].filter(([, numbers]) => numbers[0]?.length);
}
function code({ x, k, bias, flip, at: [row, column] }) {
  const used = flip ? "k.flip(0, 1)" : "k";
  const turnedText = flip ? "k[::-1, ::-1]" : "k";
  const plus = bias ? ` + ${bias}` : "";
  return [
    [
      "torch",
      `x = torch.tensor(${matrixLiteral(x.map((line) => line.map(Number)))}, dtype=torch.float64)
k = torch.tensor(${matrixLiteral(k)}, dtype=torch.float64)
y = F.conv2d(x[None, None], ${used}[None, None])[0, 0]${plus}`
    ],
    [
      "numpy",
      `# the sum at this place
(x[${row}:${row + k.length}, ${column}:${column + k[0].length}] * ${turnedText}).sum()${plus}`
    ]
  ];
}
export {
  sliding_kernel_default as default,
  description
};
