(() => {
  var __defProp = Object.defineProperty;
  var __export = (target, all) => {
    for (var name in all)
      __defProp(target, name, { get: all[name], enumerable: true });
  };

  // js/conv1d_conv3d.mjs
  var conv1d_conv3d_exports = {};
  __export(conv1d_conv3d_exports, {
    default: () => conv1d_conv3d_default,
    description: () => description
  });

  // js/core/format.mjs
  function format(value) {
    if (typeof value !== "number" || Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value > 0 ? "\u221E" : "\u2212\u221E";
    const rounded2 = Number.isInteger(value) ? value : Number(value.toPrecision(4));
    return String(rounded2 === 0 ? 0 : rounded2).replaceAll("-", "\u2212");
  }
  function literal(value) {
    if (Number.isNaN(value)) return 'float("nan")';
    if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
    return String(Number(value.toPrecision(6)));
  }
  function matrixLiteral(matrix2) {
    return `[${matrix2.map((row) => `[${row.map(literal).join(", ")}]`).join(", ")}]`;
  }
  var grouped = (number2) => String(number2).replace(/\B(?=(\d{3})+$)/g, ",");
  function count(number2, noun) {
    return `${number2} ${noun}${number2 === 1 ? "" : "s"}`;
  }

  // js/core/chart.mjs
  var SIZE = { width: 300, height: 170, left: 40, right: 10, top: 12, bottom: 36 };
  var escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  function bars(entries, most) {
    const line = 18;
    const longest = Math.max(...entries.map(({ label }) => String(label).length));
    const left = 8 + 7 * longest;
    const width = SIZE.width - left - 60;
    const markup = entries.map(({ label, value, text, marked }, index) => {
      const y = index * line + 4;
      const length = most > 0 ? Math.max(0, width * value / most) : 0;
      return `<text class="axis" x="${left - 6}" y="${y + 11}" text-anchor="end">${escape(label)}</text><rect class="bar${marked ? " marked" : ""}" x="${left}" y="${y}" width="${length.toFixed(2)}" height="14"/><text class="axis${marked ? " strong" : ""}" x="${(left + length + 5).toFixed(2)}" y="${y + 11}">${escape(text)}</text>`;
    });
    return { width: SIZE.width, height: entries.length * line + 8, markup: markup.join("") };
  }
  function histogram(values2, low2, high, bins) {
    const counts = new Array(bins).fill(0);
    for (const value of values2) {
      const bin = Math.floor((value - low2) / (high - low2) * bins);
      counts[Math.min(Math.max(bin, 0), bins - 1)] += 1;
    }
    return counts;
  }
  function histogramChart(counts, low2, high, marks, label) {
    const plot = frame([low2, high], [0, Math.max(1, ...counts)]);
    const step2 = (high - low2) / counts.length;
    const drawn2 = counts.map((number2, bin) => {
      const x = plot.x(low2 + bin * step2);
      const y = plot.y(number2);
      const width = plot.x(low2 + (bin + 1) * step2) - x - 1;
      return `<rect class="bar" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${(plot.y(0) - y).toFixed(1)}"/>`;
    });
    const lines = marks.map(
      ({ at, label: text }) => `<line class="mark" x1="${plot.x(at).toFixed(1)}" x2="${plot.x(at).toFixed(1)}" y1="${SIZE.top}" y2="${plot.y(0)}"/><text class="axis strong" x="${(plot.x(at) + 4).toFixed(1)}" y="${SIZE.top + 8}">${escape(text)}</text>`
    );
    return { ...plot.size, markup: plot.axes(label, "how many") + drawn2.join("") + lines.join("") };
  }
  function curves(series, steps, label) {
    const all = series.flatMap(({ values: values2 }) => values2).filter((value) => value !== null);
    const [low2, high] = [Math.min(0, ...all), Math.max(1e-9, ...all)];
    const plot = frame([0, Math.max(1, steps)], [low2, high + 0.05 * (high - low2)]);
    const drawn2 = series.map(({ values: values2, style }) => {
      const points2 = values2.map((value, step2) => value === null ? "" : `${plot.x(step2).toFixed(1)},${plot.y(value).toFixed(1)}`).join(" ");
      return `<polyline class="curve style${style}" points="${points2}"/>`;
    });
    const legend = series.map(
      ({ name, style }, index) => `<line class="curve style${style}" x1="${SIZE.left + 8 + 76 * index}" x2="${SIZE.left + 34 + 76 * index}" y1="6" y2="6"/><text class="axis" x="${SIZE.left + 36 + 76 * index}" y="10">${escape(name)}</text>`
    );
    return { ...plot.size, markup: plot.axes(label, "") + drawn2.join("") + legend.join("") };
  }
  function frame([left, right], [low2, high]) {
    const width = SIZE.width - SIZE.left - SIZE.right;
    const height = SIZE.height - SIZE.top - SIZE.bottom;
    const x = (value) => SIZE.left + (value - left) / (right - left) * width;
    const y = (value) => SIZE.top + height - (value - low2) / (high - low2) * height;
    const text = (at, up, anchor, words4) => `<text class="axis" x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}">${escape(words4)}</text>`;
    const axes = (below) => `<path class="frame" d="M${SIZE.left} ${SIZE.top}V${y(low2)}H${SIZE.left + width}"/>` + text(SIZE.left - 4, y(low2), "end", format(low2)) + text(SIZE.left - 4, SIZE.top + 8, "end", format(Number(high.toPrecision(2)))) + text(SIZE.left, y(low2) + 14, "middle", format(left)) + text(SIZE.left + width, y(low2) + 14, "end", format(right)) + text(SIZE.left + width / 2, y(low2) + 28, "middle", below);
    return { x, y, axes, size: { width: SIZE.width, height: SIZE.height } };
  }

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
  var matrix = (rows, columns, entry2) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_2, j) => entry2(i, j)));
  function correlate(x, k, stride = [1, 1], dilation = [1, 1]) {
    const kernel = shape(k);
    const [rows, columns] = [0, 1].map(
      (axis) => outputSize(shape(x)[axis], kernel[axis], stride[axis], 0, dilation[axis])
    );
    return matrix(
      rows,
      columns,
      (row, column) => taps(kernel, [row, column], stride, dilation).reduce(
        (sum2, { i, j, p, q }) => sum2 + x[i][j] * k[p][q],
        0
      )
    );
  }
  var turned = (k) => k.map((row) => [...row].reverse()).reverse();
  var transposed = (k) => matrix(k[0].length, k.length, (i, j) => k[j][i]);
  function pad(x, [above, left], mode = "zeros") {
    const [rows, columns] = shape(x);
    return matrix(rows + 2 * above, columns + 2 * left, (i, j) => {
      const row = source(i - above, rows, mode);
      const column = source(j - left, columns, mode);
      return row === null || column === null ? 0 : x[row][column];
    });
  }
  function source(index, size2, mode) {
    if (index >= 0 && index < size2) return index;
    if (mode === "zeros") return null;
    if (mode === "replicate") return Math.min(Math.max(index, 0), size2 - 1);
    if (mode === "circular") return (index % size2 + size2) % size2;
    return index < 0 ? -index : 2 * (size2 - 1) - index;
  }
  function convolve(x, w, b, { stride, padding, dilation, groups, mode = "zeros" }) {
    const padded = x.map((channel) => pad(channel, padding, mode));
    const perGroup = w.length / groups;
    return w.map((filter, o) => {
      const first = Math.floor(o / perGroup) * filter.length;
      const maps2 = filter.map((k, c) => correlate(padded[first + c], k, stride, dilation));
      return maps2[0].map(
        (row, i) => row.map((_, j) => maps2.reduce((sum2, map) => sum2 + map[i][j], b[o]))
      );
    });
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
  var groupMark = (group) => `group${group % 4}`;
  var changed = (old, row, column, value) => old.map((line, i) => line.map((entry2, j) => i === row && j === column ? value : entry2));
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
  function whole(value, low2, high, otherwise) {
    if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
    return Math.min(Math.max(Math.round(value), low2), high);
  }
  var oneOf = (value, choices) => choices.includes(value) ? value : choices[0];
  function pair(value, low2, high, otherwise) {
    const given = Array.isArray(value) ? value : [];
    return [0, 1].map((axis) => whole(given[axis], low2, high, otherwise[axis]));
  }
  function matrixOf(value, most, otherwise) {
    const isMatrix = Array.isArray(value) && value.length >= 1 && value.length <= most && value.every(
      (row) => Array.isArray(row) && row.length >= 1 && row.length <= most && row.length === value[0].length && row.every((entry2) => typeof entry2 === "number" && Number.isFinite(entry2))
    );
    return isMatrix ? value : otherwise;
  }
  function place(value, [rows, columns]) {
    return pair(value, 0, Infinity, [0, 0]).map(
      (index, axis) => Math.min(index, [rows, columns][axis] - 1)
    );
  }

  // js/core/volume.mjs
  var volumeShape = (x) => [x.length, ...shape(x[0])];
  var volume = (planes, rows, columns, entry2) => Array.from({ length: planes }, (_, d) => matrix(rows, columns, (i, j) => entry2(d, i, j)));
  function correlateVolume(x, k, stride) {
    const planes = outputSize(x.length, k.length, stride);
    return Array.from(
      { length: planes },
      (_, d) => k.map((plane, p) => correlate(x[d * stride + p], plane, [stride, stride])).reduce(sum)
    );
  }
  var sum = (a, b) => a.map((row, i) => row.map((value, j) => value + b[i][j]));
  var correlateSignal = (x, k, stride, padding, dilation) => correlate([framed(x, padding)], [k], [1, stride], [1, dilation])[0];
  function framed(x, padding) {
    const zeros = new Array(padding).fill(0);
    return [...zeros, ...x, ...zeros];
  }
  var turnedVolume = (k) => k.map(turned).reverse();

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
    const nameOf2 = ({ kind, label }) => `${kind} ${label}`;
    const change = (view, value) => patch((current().find((each2) => nameOf2(each2) === nameOf2(view.control)) ?? view.control).change(value));
    const kinds = { number: number2, choice, flag, action };
    const root = element("div", { class: "controls", role: "group", "aria-label": "Settings" });
    const views = /* @__PURE__ */ new Map();
    return {
      root,
      draw(controls) {
        const names = controls.map(nameOf2);
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
    maps2.forEach(({ values: values2, low: low2, high: top2 }, index) => {
      const start = Math.floor(index / columns) * (height + 1) * wide + index % columns * (width + 1);
      const scale = top2 > low2 ? 255 / (top2 - low2) : 0;
      for (let at = 0; at < height * width; at++) {
        const shade = Math.round((values2[at] - low2) * scale);
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
    const words4 = [view.sentence, hidden ? "" : view.result].filter(Boolean).join(" ");
    const lines = wrapped(words4, 120);
    const height = placed.height + 24 + 20 * lines.length;
    const caption = lines.map(
      (line, index) => `<text class="caption" x="10" y="${placed.height + 20 + 20 * index}">${escape(line)}</text>`
    );
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${placed.width} ${height}" width="${placed.width}" height="${height}" role="img" aria-label="${escape(`${view.title}. ${words4}`)}"><title>${escape(view.title)}</title><desc>${escape(words4)}</desc><style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>${placed.markup}${caption.join("")}</svg>`;
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
    const image2 = `<image ${size2} style="image-rendering: pixelated" href="${pngAddress(whole2)}"/>`;
    if (!panel.mark) return { width, height, markup: image2 };
    const [y, x, high, wide] = [...panel.mark.at, ...panel.mark.size].map((value) => value * panel.zoom);
    const frame2 = `<rect class="window" x="${x - 2}" y="${y - 2}" width="${wide + 4}" height="${high + 4}"/>`;
    return { width, height, markup: image2 + frame2 };
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
        (row, i) => row.forEach((each2, j) => set(each2, "tabindex", i === focus[0] && j === focus[1] ? 0 : -1))
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
          row.forEach((each2, j) => drawCell(cells2[i][j], each2, hidden, active, panel));
        });
        const longest = Math.max(3, ...panel.rows.flat().map((each2) => shown(each2).length));
        table2.style.setProperty("--letters", longest);
        if (active) tabStop();
        if (held) cells2[focus[0]][focus[1]].focus();
      }
    };
    function drawCell(target, { text, shade = 0, marks = [] }, hidden, active) {
      const words4 = hidden ? "?" : shown({ text, marks });
      if (!target.contains(editor)) set(target, "text", words4);
      set(target, "class", ["cell", ...hidden ? marks.filter((mark) => mark !== "wrong") : marks].join(" "));
      set(target, "style", hidden || !shade ? null : `--hue: var(--${shade > 0 ? "above" : "below"}); --part: ${Math.round(40 * Math.min(1, Math.abs(shade)))}%`);
      set(target, "role", active ? "gridcell" : "presentation");
      const [i, j] = [Number(target.dataset.row), Number(target.dataset.column)];
      const said = marks.filter((mark) => !mark.startsWith("group")).join(", ");
      set(target, "aria-label", active ? `row ${i}, column ${j}: ${words4}${said ? `, ${said}` : ""}` : null);
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
      const { left, top: top2, width, height } = canvas.getBoundingClientRect();
      const [i, j] = [(event.clientY - top2) / height, (event.clientX - left) / width];
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
    const image2 = context.createImageData(wide, high);
    if (!hidden)
      grey.forEach((shade, at) => {
        if (shade !== null) image2.data.set([shade, shade, shade, 255], 4 * at);
      });
    context.putImageData(image2, 0, 0);
  }

  // js/ui/predict.mjs
  function predictView(changed2) {
    let active = false;
    let answered = null;
    let question = null;
    let [right, all] = [0, 0];
    const words4 = element("label");
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
      words4,
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
        set(words4, "text", next.text);
        set(toggle, "aria-pressed", String(active));
      }
    };
  }
  var plain = (words4) => words4.toLowerCase().replace(/\s/g, "").replace(/[×*,]/g, "x");
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
      draw(code10) {
        if (parts.length !== code10.length) {
          parts = code10.map(() => snippet());
          root.append(...parts.map((part) => part.root));
        }
        code10.forEach(([language, text], index) => parts[index].draw(language, text));
      }
    };
  }
  function snippet() {
    const code10 = element("code");
    const block = element("pre", { tabindex: 0 }, code10);
    const button = element("button", { type: "button", onclick: () => copy(code10.textContent, button) });
    return {
      root: element("div", { class: "snippet" }, block, button),
      draw(language, text) {
        set(code10, "text", text);
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
  function demo(description11) {
    return { render: ({ model, el }) => render(description11, model, el) };
  }
  function render(description11, model, el) {
    let [state, given] = read3();
    let shown2 = null;
    let [pinned, frame2, saving] = [false, null, null];
    const mouse = { at: "", moved: false };
    const actions = { patch, pinned: () => pinned, pin: () => pin(!pinned), moved: () => mouse.moved };
    const controls = controlsView(patch, () => description11.controls(state, given));
    const panels = panelsView(actions);
    const predict2 = predictView(() => schedule());
    const code10 = codeView();
    const transport = description11.frames && transportView(() => description11.frames(state), patch);
    const pad2 = description11.pad?.(actions) ?? null;
    const formula3 = element("p", { class: "formula" });
    const status = element("p", { class: "status", role: "status" });
    const student = element("p", { class: "student", role: "status" });
    const pinButton = element("button", { type: "button", text: "Pin", title: "Hold this place while the mouse moves", onclick: () => pin(!pinned) });
    const root = element(
      "section",
      {
        class: "cnn-demo",
        tabindex: -1,
        "data-demo": description11.name,
        "data-lm-suppress-shortcuts": "true",
        "aria-label": description11.title,
        onfocusin: keepKeys,
        onkeydown: key
      },
      element("p", { class: "head", text: description11.title }),
      controls.root,
      transport?.root ?? null,
      pad2?.root ?? null,
      panels.root,
      formula3,
      predict2.root,
      status,
      student,
      element(
        "div",
        { class: "tools" },
        predict2.toggle,
        transport ? pinButton : null,
        element("button", { type: "button", text: "Start again", onclick: () => patch({ ...description11.defaults, ...given.start }) }),
        saveButton(description11.name, () => shown2, predict2.hidden)
      ),
      code10.root,
      element("details", { class: "keys" }, element("summary", { text: "Keys" }), element("p", { text: KEYS }))
    );
    function read3() {
      const given2 = model.get("given") ?? {};
      return [description11.settle({ ...description11.defaults, ...model.get("state") }, given2), given2];
    }
    function patch(change) {
      state = description11.settle({ ...state, ...change }, given);
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
      shown2 = description11.view(state, given);
      predict2.draw(shown2.question);
      const hidden = predict2.hidden();
      controls.draw(description11.controls(state, given));
      transport?.draw(hidden);
      pad2?.draw(state);
      panels.draw(shown2.panels, hidden);
      set(formula3, "text", (hidden ? shown2.formula?.[0] : shown2.formula?.[1]) ?? "");
      formula3.hidden = !shown2.formula;
      set(status, "aria-live", transport?.playing() ? "off" : "polite");
      set(status, "text", `${shown2.sentence} ${hidden ? "" : shown2.result}`.trim());
      set(student, "text", shown2.student ?? "");
      student.hidden = hidden || !shown2.student;
      set(pinButton, "aria-pressed", String(pinned));
      pinButton.hidden = !shown2.panels.some((panel) => panel.move);
      code10.draw(shown2.code);
      set(root, "data-demo-ready", "true");
    }
    function key(event) {
      if (event.key === "Escape") return leave(root);
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (transport?.key(event.key)) event.preventDefault();
    }
    function changed2() {
      [state, given] = read3();
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
    model.on("change:state", changed2);
    model.on("change:given", changed2);
    el.append(root);
    draw();
    return () => {
      transport?.stop();
      unseen.disconnect();
      cancelAnimationFrame(frame2);
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

  // js/conv1d_conv3d.mjs
  var LONGEST = 16;
  var DEEPEST = [5, 6, 6];
  var SIGNAL = [0, 1, 0, 2, 1, 6, 8, 7, 8, 6, 1, 0];
  var VIDEO = volume(4, 3, 5, (d, i, j) => i === 2 ? 2 : j === d + 1 ? 9 : 0);
  var PRESETS = {
    1: {
      difference: ["what changes", [-1, 1]],
      mean: ["mean of 3", [1 / 3, 1 / 3, 1 / 3]],
      smooth: ["smooth", [0.25, 0.5, 0.25]],
      bend: ["where it bends", [1, -2, 1]]
    },
    3: {
      right: ["moves to the right", [[[1, 0]], [[0, 1]]]],
      difference: ["what changes between planes", [[[-1]], [[1]]]],
      mean: ["mean of 2 \xD7 2 \xD7 2", volume(2, 2, 2, () => 1 / 8)],
      upright: ["upright edges in a plane", [[[-1, 1]]]]
    }
  };
  var STARTS = { 1: { x: SIGNAL, k: [-1, 1] }, 3: { x: VIDEO, k: PRESETS[3].right[1] } };
  var AXES = { 1: ["length"], 3: ["planes", "rows", "columns"] };
  var description = {
    name: "conv1d_conv3d",
    title: "Convolution in one and in three dimensions",
    defaults: { dimensions: 1, x: SIGNAL, k: [-1, 1], stride: 1, padding: 0, dilation: 1, at: [0, 4] },
    settle(state) {
      const dimensions = state.dimensions === 3 ? 3 : 1;
      const read3 = dimensions === 3 ? volumeOf : signalOf;
      let x = read3(state.x);
      let k = read3(state.k);
      if (!x || !k || sizesOf(k).some((size2, axis) => size2 > sizesOf(x)[axis])) ({ x, k } = STARTS[dimensions]);
      const stride = whole(state.stride, 1, 3, 1);
      const padding = dimensions === 3 ? 0 : whole(state.padding, 0, 3, 0);
      const dilation = dimensions === 3 ? 1 : whole(state.dilation, 1, widest(x, k, padding), 1);
      const legal = { dimensions, x, k, stride, padding, dilation };
      const sizes = outSizes(legal);
      const given = Array.isArray(state.at) ? state.at : [];
      const at = dimensions === 3 ? sizes.map((size2, axis) => whole(given[axis], 0, size2 - 1, 0)) : [0, whole(given[1], 0, sizes[0] - 1, 0)];
      return { ...legal, at };
    },
    frames(state) {
      const [planes, rows, columns] = state.dimensions === 3 ? outSizes(state) : [1, 1, ...outSizes(state)];
      const [d, i, j] = state.dimensions === 3 ? state.at : [0, ...state.at];
      const place3 = (frame2) => [Math.floor(frame2 / rows / columns), Math.floor(frame2 / columns) % rows, frame2 % columns];
      return {
        count: planes * rows * columns,
        now: (d * rows + i) * columns + j,
        go: (frame2) => ({ at: place3(frame2).slice(state.dimensions === 3 ? 0 : 1) })
      };
    },
    controls(state) {
      const { dimensions, x, k, stride, padding, dilation } = state;
      const presets = PRESETS[dimensions];
      const preset2 = Object.keys(presets).find((name) => JSON.stringify(presets[name][1]) === JSON.stringify(k));
      const fitting = Object.entries(presets).filter(([, [, kernel]]) => sizesOf(kernel).every((size2, axis) => size2 <= sizesOf(x)[axis]));
      const own = preset2 ? [] : [["", "your own"]];
      const number2 = (key, label, low2, high) => ({ kind: "number", label, value: state[key], low: low2, high, change: (value) => ({ [key]: value }) });
      return [
        {
          kind: "choice",
          label: "Dimensions",
          value: String(dimensions),
          options: [
            ["1", "one: a signal"],
            ["3", "three: a video or a scan"]
          ],
          change: (value) => ({ dimensions: Number(value), ...STARTS[value], at: value === "3" ? [0, 0, 1] : [0, 4] })
        },
        {
          kind: "choice",
          label: "Kernel",
          value: preset2 ?? "",
          options: [...own, ...fitting.map(([name, [words4]]) => [name, words4])],
          change: (name) => name ? { k: presets[name][1] } : {}
        },
        number2("stride", "Stride", 1, 3),
        ...dimensions === 1 ? [
          number2("padding", "Padding", 0, 3),
          number2("dilation", "Dilation", 1, widest(x, k, padding)),
          {
            kind: "number",
            label: "Kernel size",
            value: k.length,
            low: 1,
            high: Math.min(5, Math.floor((x.length + 2 * padding - 1) / dilation) + 1, x.length),
            change: (size2) => ({ k: Array.from({ length: size2 }, (_, p) => k[p] ?? 0) })
          }
        ] : [
          {
            kind: "number",
            label: "Planes",
            value: x.length,
            low: k.length,
            high: DEEPEST[0],
            change: (planes) => ({ x: Array.from({ length: planes }, (_, d) => x[d % x.length]) })
          }
        ]
      ];
    },
    view(state, given) {
      return state.dimensions === 3 ? throughVolume(state, given) : alongSignal(state, given);
    }
  };
  var conv1d_conv3d_default = demo(description);
  var RUN_KEYS = ["dimensions", "x", "k", "stride", "padding", "dilation"];
  var sizesOf = (x) => typeof x[0] === "number" ? [x.length] : volumeShape(x);
  var widest = (x, k, padding) => k.length === 1 ? 3 : Math.max(1, Math.min(3, Math.floor((x.length + 2 * padding - 1) / (k.length - 1))));
  var parens = (value) => value < 0 ? `(${format(value)})` : format(value);
  var outSizes = ({ x, k, stride, padding, dilation }) => sizesOf(x).map((size2, axis) => outputSize(size2, sizesOf(k)[axis], stride, padding, dilation));
  var signalOf = (value) => Array.isArray(value) && value.length ? matrixOf([value], LONGEST, null)?.[0] ?? null : null;
  function volumeOf(value) {
    if (!Array.isArray(value) || !value.length || value.length > DEEPEST[0]) return null;
    const planes = value.map((plane) => matrixOf(plane, DEEPEST[1], null));
    const alike = planes.every((plane) => plane && plane.length === planes[0]?.length && plane[0].length === planes[0][0].length);
    return alike ? planes : null;
  }
  function alongSignal(state, given) {
    const { x, k, stride, padding, dilation, at } = state;
    const here = at[1];
    const inside3 = framed(x, padding);
    const y = correlateSignal(x, k, stride, padding, dilation);
    const places = k.map((_, p) => here * stride + p * dilation);
    const products = k.map((weight, p) => inside3[places[p]] * weight);
    const student = studentPanel(given, state, [y], at, () => signalMistakes(state, y), RUN_KEYS);
    return {
      title: description.title,
      panels: [
        {
          kind: "grid",
          id: "x",
          title: padding ? "signal x in its padding" : "signal x",
          rows: cells([inside3], (_, j) => [...j < padding || j >= padding + x.length ? ["padding"] : [], ...places.includes(j) ? ["window"] : []]),
          edit: (_, j, value) => x[j - padding] === void 0 ? {} : { x: changed([x], 0, j - padding, value)[0] }
        },
        { kind: "grid", id: "k", title: "kernel k", rows: cells([k], () => []), edit: (_, p, value) => ({ k: changed([k], 0, p, value)[0] }) },
        { kind: "grid", id: "products", title: "products", rows: cells([products], () => ["window"]), secret: true },
        {
          kind: "grid",
          id: "y",
          title: "output y",
          rows: cells([y], (_, j) => j === here ? ["current"] : []),
          cursor: at,
          move: (i, j) => ({ at: [i, j] }),
          secret: true,
          covered: true
        },
        ...student.panel ? [{ ...student.panel, covered: true }] : [],
        {
          kind: "chart",
          id: "both",
          title: "x drawn through, y dashed",
          words: `${count(x.length, "number")} in, ${y.length} out`,
          secret: true,
          chart: curves(
            [
              { name: "x", values: x, style: 0 },
              { name: "y", values: y, style: 1 }
            ],
            x.length - 1,
            "place"
          )
        }
      ],
      formula: [sizeWords(state, true), sizeWords(state, false)],
      sentence: `A kernel of ${k.length} along ${count(x.length, "number")}; it lies on ${places.map((place3) => `x[${format(place3 - padding)}]`).join(", ")}.`,
      result: `y[${here}] = ${k.map((weight, p) => `${parens(inside3[places[p]])}\xB7${parens(weight)}`).join(" + ")} = ${format(y[here])}.`,
      student: student.sentence,
      question: { text: `What is y[${here}]?`, answer: y[here] },
      code: signalCode(state)
    };
  }
  function throughVolume(state, given) {
    const { x, k, stride, at } = state;
    const y = correlateVolume(x, k, stride);
    const [first, top2, left] = at.map((index) => index * stride);
    const [deep, high, wide] = volumeShape(k);
    const under = (d, i, j) => d >= first && d < first + deep && i >= top2 && i < top2 + high && j >= left && j < left + wide;
    const rows = y[0].length;
    const terms = k.flatMap((plane2, d) => plane2.flatMap((row, p) => row.map((weight, q) => `${parens(x[first + d][top2 + p][left + q])}\xB7${parens(weight)}`)));
    const here = y[at[0]][at[1]][at[2]];
    const most = (planes) => Math.max(...planes.flat(2).map(Math.abs), 1e-12);
    const plane = (id, title2, all, d, marks, more) => ({ kind: "grid", id: `${id}${d}`, title: `${title2}, plane ${d}`, rows: shaded(all[d], most(all), marks), ...more });
    const student = volumeStudent(given, state, y);
    return {
      title: description.title,
      panels: [
        ...x.map(
          (_, d) => plane("x", "x", x, d, (i, j) => under(d, i, j) ? ["window"] : [], {
            edit: (i, j, value) => ({ x: x.map((old, each2) => each2 === d ? changed(old, i, j, value) : old) })
          })
        ),
        ...k.map((_, d) => plane("k", "k", k, d, () => [], { edit: (i, j, value) => ({ k: k.map((old, each2) => each2 === d ? changed(old, i, j, value) : old) }) })),
        ...y.map(
          (_, d) => plane("y", "y", y, d, (i, j) => d === at[0] && i === at[1] && j === at[2] ? ["current"] : [], {
            cursor: d === at[0] ? at.slice(1) : [-1, -1],
            move: (i, j) => ({ at: [d, i, j] }),
            secret: true
          })
        ),
        ...student.panel ? [{ ...student.panel, move: (i, j) => ({ at: [Math.floor(i / rows), i % rows, j] }) }] : []
      ],
      formula: [sizeWords(state, true), sizeWords(state, false)],
      sentence: `A kernel of ${deep} \xD7 ${high} \xD7 ${wide} through ${volumeShape(x).join(" \xD7 ")}; it lies on planes ${first} to ${first + deep - 1}, rows ${top2} to ${top2 + high - 1}, columns ${left} to ${left + wide - 1}.`,
      result: `y[${at.join(", ")}] = ${terms.join(" + ")} = ${format(here)}.`,
      student: student.sentence,
      question: { text: `What is y[${at.join(", ")}]?`, answer: here },
      code: volumeCode(state)
    };
  }
  function shaded(numbers, most, marks) {
    return cells(numbers, marks).map((row, i) => row.map((cell, j) => ({ ...cell, shade: numbers[i][j] / most })));
  }
  function volumeStudent(given, state, y) {
    if (!given.student) return {};
    const [planes, rows, columns] = volumeShape(y);
    const outcome = { ...given.student };
    const sides = outcome.shape?.slice(-3).join();
    if (sides === `${planes},${rows},${columns}` && outcome.values.length === planes * rows * columns) outcome.shape = [planes * rows, columns];
    const cursor = [state.at[0] * rows + state.at[1], state.at[2]];
    return studentPanel({ ...given, student: outcome }, state, y.flat(), cursor, () => volumeMistakes(state, y), RUN_KEYS);
  }
  function sizeWords(state, hidden) {
    const { dimensions, x, k, stride, padding, dilation } = state;
    const [kernel, out] = [sizesOf(k), outSizes(state)];
    const lines = sizesOf(x).map(
      (size2, axis) => `${AXES[dimensions][axis]}: \u230A(${size2} + 2\xB7${padding} \u2212 ${dilation}\xB7(${kernel[axis]} \u2212 1) \u2212 1) / ${stride}\u230B + 1 = ${hidden ? "?" : out[axis]}`
    );
    const taps2 = kernel.reduce((a, b) => a * b);
    return `${lines.join("\n")}
four filters of this size for one channel: 4 \xB7 (${kernel.join("\xB7")} + 1) = ${hidden ? "?" : 4 * (taps2 + 1)} parameters`;
  }
  function signalMistakes({ x, k }, [...y]) {
    return [
      ["a kernel that is turned", [correlateSignal(x, [...k].reverse(), 1, 0, 1)]],
      ["a window that is never multiplied by k", [correlateSignal(x, k.map(() => 1), 1, 0, 1)]],
      ["a mean instead of a sum", [y.map((value) => value / k.length)]],
      ["a range that ends one place too early", [y.slice(0, -1)]],
      ["an output as long as x: zeros were put around it", [new Array(x.length).fill(NaN)]]
    ].filter(([, [numbers]]) => numbers.length);
  }
  function volumeMistakes({ x, k }, y) {
    const flat2 = (planes) => planes.flat();
    return [
      ["a kernel that is turned", flat2(correlateVolume(x, turnedVolume(k), 1))],
      ["a kernel whose planes are in the wrong order", flat2(correlateVolume(x, [...k].reverse(), 1))],
      ["a sum over the kernel's first plane alone", flat2(correlateVolume(x, k.map((plane, d) => d ? plane.map((row) => row.map(() => 0)) : plane), 1))],
      ["a mean instead of a sum", flat2(y).map((row) => row.map((value) => value / k.flat(2).length))]
    ];
  }
  function signalCode({ x, k, stride, padding, dilation, at: [, here] }) {
    const list = (numbers) => `[${numbers.map(literal).join(", ")}]`;
    const start = here * stride;
    const every = dilation > 1 ? `:${dilation}` : "";
    return [
      [
        "torch",
        `x = torch.tensor(${list(x)}, dtype=torch.float64)
k = torch.tensor(${list(k)}, dtype=torch.float64)
y = F.conv1d(x[None, None], k[None, None], stride=${stride}, padding=${padding}, dilation=${dilation})[0, 0]`
      ],
      ["numpy", `# the sum at this place; padded is x with its padding
(padded[${start}:${start + dilation * (k.length - 1) + 1}${every}] * k).sum()`]
    ];
  }
  function volumeCode({ x, k, stride, at }) {
    const list = (planes) => `[${planes.map(matrixLiteral).join(", ")}]`;
    const slice = at.map((index, axis) => `${index * stride}:${index * stride + volumeShape(k)[axis]}`).join(", ");
    return [
      [
        "torch",
        `x = torch.tensor(${list(x)}, dtype=torch.float64)
k = torch.tensor(${list(k)}, dtype=torch.float64)
y = F.conv3d(x[None, None], k[None, None], stride=${stride})[0, 0]`
      ],
      ["numpy", `# the sum at this place
(x[${slice}] * k).sum()`]
    ];
  }

  // js/kernel_lab.mjs
  var kernel_lab_exports = {};
  __export(kernel_lab_exports, {
    default: () => kernel_lab_default,
    description: () => description2
  });

  // js/core/layers.mjs
  function convLayer({ values: values2, shape: [channels, height, width] }, { w, shape: shape2, b }, padding = 0) {
    const [filters, , rows, columns] = shape2;
    const [high, wide] = [outputSize(height, rows, 1, padding), outputSize(width, columns, 1, padding)];
    const out = new Float64Array(filters * high * wide);
    for (let o = 0; o < filters; o++) {
      out.fill(b[o], o * high * wide, (o + 1) * high * wide);
      for (let c = 0; c < channels; c++)
        for (let p = 0; p < rows; p++)
          for (let q = 0; q < columns; q++) {
            const weight = w[((o * channels + c) * rows + p) * columns + q];
            if (weight === 0) continue;
            const [top2, bottom] = [Math.max(0, padding - p), Math.min(high, height + padding - p)];
            const [left, right] = [Math.max(0, padding - q), Math.min(wide, width + padding - q)];
            for (let i = top2; i < bottom; i++) {
              const from = (c * height + i + p - padding) * width + q - padding;
              const to = (o * high + i) * wide;
              for (let j = left; j < right; j++) out[to + j] += weight * values2[from + j];
            }
          }
    }
    return { values: out, shape: [filters, high, wide] };
  }
  var relu = ({ values: values2, shape: shape2 }) => ({ values: values2.map((value) => Math.max(0, value)), shape: shape2 });
  function halved({ values: values2, shape: [channels, height, width] }) {
    const [high, wide] = [Math.floor(height / 2), Math.floor(width / 2)];
    const out = new Float64Array(channels * high * wide);
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < high; i++)
        for (let j = 0; j < wide; j++) {
          const at = (c * height + 2 * i) * width + 2 * j;
          out[(c * high + i) * wide + j] = Math.max(values2[at], values2[at + 1], values2[at + width], values2[at + width + 1]);
        }
    return { values: out, shape: [channels, high, wide] };
  }
  function linearLayer({ values: values2 }, { w, shape: [outputs2, inputs], b }) {
    const out = new Float64Array(outputs2);
    for (let o = 0; o < outputs2; o++) {
      let sum2 = b[o];
      for (let i = 0; i < inputs; i++) sum2 += w[o * inputs + i] * values2[i];
      out[o] = sum2;
    }
    return { values: out, shape: [outputs2] };
  }
  function bytesOf(text) {
    if (!read.has(text)) {
      if (read.size > 8) read.clear();
      read.set(text, Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
    }
    return read.get(text);
  }
  var read = /* @__PURE__ */ new Map();
  function softmax(logits) {
    const most = Math.max(...logits);
    const powers = Array.from(logits, (value) => Math.exp(value - most));
    const sum2 = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum2);
  }

  // js/kernel_lab.mjs
  var SIDE = 128;
  var MOST = 7;
  var CROPPED = { brick: "", camera: "", chelsea: "[:, 64:320]", coffee: "[:, 64:320]" };
  var NAMES = Object.keys(CROPPED);
  var mean = (size2) => matrix(size2, size2, () => 1 / size2 ** 2);
  var UPRIGHT = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]];
  var PRESETS2 = {
    identity: ["nothing", [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "cut"],
    mean3: ["mean of 3 \xD7 3", mean(3), "cut"],
    mean7: ["mean of 7 \xD7 7", mean(7), "cut"],
    gauss: ["Gauss, 5 \xD7 5", matrix(5, 5, (i, j) => [1, 4, 6, 4, 1][i] * [1, 4, 6, 4, 1][j] / 256), "cut"],
    sharpen: ["sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "cut"],
    upright: ["upright edges (Sobel)", UPRIGHT, "middle"],
    level: ["level edges (Sobel)", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "middle"],
    laplace: ["Laplace", [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "middle"],
    emboss: ["emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], "cut"],
    shift: ["move right", matrix(7, 7, (i, j) => i === 3 && j === 0 ? 1 : 0), "cut"]
  };
  var GREYS = {
    cut: "0 black, 1 white, cut off beyond",
    middle: "0 is middle grey",
    stretch: "smallest black, largest white"
  };
  var description2 = {
    name: "kernel_lab",
    title: "Kernels on photographs",
    defaults: { photograph: "camera", k: UPRIGHT, flip: false, grey: "middle", at: [43, 41] },
    needs: (read3) => ({ photographs: read3("photographs.u8") }),
    settle(state) {
      const k = matrixOf(state.k, MOST, UPRIGHT);
      return {
        photograph: oneOf(state.photograph, ["camera", ...NAMES]),
        k,
        flip: state.flip === true,
        grey: oneOf(state.grey, ["middle", ...Object.keys(GREYS)]),
        at: place(state.at, outShape(k))
      };
    },
    frames(state) {
      const names = Object.keys(PRESETS2);
      return { count: names.length, now: Math.max(0, names.indexOf(presetOf(state))), go: (frame2) => preset(names[frame2]) };
    },
    controls(state) {
      const [rows, columns] = outShape(state.k);
      const own = presetOf(state) ? [] : [["", "your own"]];
      return [
        {
          kind: "choice",
          label: "Photograph",
          value: state.photograph,
          options: NAMES.map((name) => [name, name]),
          change: (photograph2) => ({ photograph: photograph2 })
        },
        {
          kind: "choice",
          label: "Kernel",
          value: presetOf(state) ?? "",
          options: [...own, ...Object.entries(PRESETS2).map(([name, [words4]]) => [name, words4])],
          change: (name) => name ? preset(name) : {}
        },
        { kind: "number", label: "Kernel size", value: state.k.length, low: 1, high: MOST, change: (size2) => ({ k: resized(state.k, size2) }) },
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
        { kind: "choice", label: "Grey", value: state.grey, options: Object.entries(GREYS), change: (grey) => ({ grey }) },
        { kind: "number", label: "Row", value: state.at[0], low: 0, high: rows - 1, change: (row) => ({ at: [row, state.at[1]] }) },
        { kind: "number", label: "Column", value: state.at[1], low: 0, high: columns - 1, change: (column) => ({ at: [state.at[0], column] }) }
      ];
    },
    view(state, given) {
      const { k, at } = state;
      const [high, wide] = shape(k);
      const [rows, columns] = outShape(k);
      const x = photograph(state, given);
      const used = state.flip ? turned(k) : k;
      const y = convLayer({ values: x, shape: [1, SIDE, SIDE] }, { w: used.flat(), shape: [1, 1, high, wide], b: [0] }).values;
      const pixels = matrix(high, wide, (p, q) => x[(at[0] + p) * SIDE + at[1] + q]);
      const products = matrix(high, wide, (p, q) => pixels[p][q] * used[p][q]);
      const here = y[at[0] * columns + at[1]];
      const [least, most] = extremes(y);
      const sum2 = k.flat().reduce((a, b) => a + b);
      const move = (i, j) => ({ at: [i, j] });
      return {
        title: description2.title,
        panels: [
          {
            ...picture2("x", state.photograph, x, SIDE, SIDE, 0, 1),
            mark: { at, size: [high, wide] },
            move: (i, j) => ({ at: [i - Math.floor(high / 2), j - Math.floor(wide / 2)] })
          },
          { ...picture2("y", "what comes out", y, rows, columns, ...range(state.grey, least, most)), mark: { at, size: [1, 1] }, move, secret: true },
          { kind: "grid", id: "k", title: "kernel k", rows: cells(k, () => []), edit: (i, j, value) => ({ k: changed(k, i, j, value) }) },
          ...state.flip ? [{ kind: "grid", id: "turned", title: "k turned", rows: short(used, []) }] : [],
          { kind: "grid", id: "pixels", title: "pixels under it", rows: short(pixels, ["window"]) },
          { kind: "grid", id: "products", title: "products", rows: short(products, []), secret: true }
        ],
        sentence: `A ${high} \xD7 ${wide} kernel, whose entries add up to ${format(rounded(sum2))}, on ${state.photograph}, ${SIDE} \xD7 ${SIDE}.`,
        result: `y[${at.join(", ")}] is the sum of the products, ${format(here)}. The ${rows} \xD7 ${columns} outputs go from ${format(least)} to ${format(most)}.`,
        question: { text: `What is y[${at.join(", ")}]?`, answer: here },
        code: code(state)
      };
    }
  };
  var kernel_lab_default = demo(description2);
  var outShape = (k) => shape(k).map((size2) => SIDE - size2 + 1);
  var preset = (name) => ({ k: PRESETS2[name][1], grey: PRESETS2[name][2] });
  var presetOf = ({ k }) => Object.keys(PRESETS2).find((name) => JSON.stringify(PRESETS2[name][1]) === JSON.stringify(k));
  var rounded = (value) => Number(value.toFixed(9));
  function photograph({ photograph: name }, given) {
    const bytes = typeof given.photographs === "string" ? bytesOf(given.photographs) : new Uint8Array(NAMES.length * SIDE * SIDE);
    const start = NAMES.indexOf(name) * SIDE * SIDE;
    return Float64Array.from(bytes.subarray(start, start + SIDE * SIDE), (value) => value / 255);
  }
  function resized(k, size2) {
    const [rows, columns] = shape(k);
    const from = (index, old) => index - Math.floor(size2 / 2) + Math.floor(old / 2);
    return matrix(size2, size2, (i, j) => k[from(i, rows)]?.[from(j, columns)] ?? 0);
  }
  function extremes(values2) {
    let [least, most] = [Infinity, -Infinity];
    for (const value of values2) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return [least, most];
  }
  function range(grey, least, most) {
    const farthest = Math.max(-least, most, 1e-9);
    return { cut: [0, 1], middle: [-farthest, farthest], stretch: [least, most] }[grey];
  }
  function picture2(id, title2, values2, height, width, low2, high) {
    const words4 = `${height} \xD7 ${width} pixels, ${format(low2)} black, ${format(high)} white`;
    return { kind: "map", id, title: title2, maps: [{ values: values2, low: low2, high }], height, width, zoom: 2.5, columns: 1, words: words4 };
  }
  function short(numbers, marks) {
    const rows = cells(numbers, () => marks);
    rows.forEach((row, i) => row.forEach((cell, j) => cell.text = format(Number(numbers[i][j].toFixed(2)))));
    return rows;
  }
  function code({ photograph: name, k, flip, at: [row, column] }) {
    const [high, wide] = shape(k);
    return [
      [
        "torch",
        `x = torch.from_numpy(load_photograph("${name}", grey=True)${CROPPED[name]})[None, None]
x = F.avg_pool2d(x, 2)
k = torch.tensor(${matrixLiteral(k)}, dtype=torch.float32)
y = F.conv2d(x, k${flip ? ".flip(0, 1)" : ""}[None, None])[0, 0]`
      ],
      ["numpy", `# the output at this place; x is (${SIDE}, ${SIDE})
(x[${row}:${row + high}, ${column}:${column + wide}] * ${flip ? "k[::-1, ::-1]" : "k"}).sum()`]
    ];
  }

  // js/lenet5.mjs
  var lenet5_exports = {};
  __export(lenet5_exports, {
    default: () => lenet5_default,
    description: () => description3
  });

  // js/core/lenet5.mjs
  var SIDE2 = 28;
  var [MEAN, DEVIATION] = [0.1307, 0.3081];
  function readNetwork(sent) {
    if (!Array.isArray(sent?.shapes) || typeof sent.weights !== "string") return null;
    const numbers = new Float32Array(bytesOf(sent.weights).buffer);
    let at = 0;
    const parts = sent.shapes.map((shape2) => {
      const size2 = shape2.reduce((a, b) => a * b);
      at += size2;
      return { shape: shape2, w: numbers.subarray(at - size2, at) };
    });
    const pairs = Array.from({ length: parts.length / 2 }, (_, i) => ({ ...parts[2 * i], b: parts[2 * i + 1].w }));
    return pairs.map((layer, index) => ({ ...layer, padding: index === 0 ? 2 : index === 1 ? secondPadding(pairs) : 0 }));
  }
  function secondPadding([, { shape: shape2 }, linear3]) {
    return Math.sqrt(linear3.shape[1] / shape2[0]) - SIDE2 / 4 + 2;
  }
  function forward(image2, network2) {
    let flow = { values: Float64Array.from(image2, (value) => (value / 255 - MEAN) / DEVIATION), shape: [1, SIDE2, SIDE2] };
    const steps = [{ name: "image", ...flow }];
    const add = (name, next) => steps.push({ name, ...flow = next });
    network2.forEach((layer, index) => {
      const isLast = index === network2.length - 1;
      if (layer.shape.length === 4) {
        add(`convolution ${index + 1}`, relu(convLayer(flow, layer, layer.padding)));
        add(`pooling ${index + 1}`, halved(flow));
      } else {
        const next = linearLayer(flow, layer);
        add(isLast ? "outputs" : `linear ${index - 1}`, isLast ? next : relu(next));
      }
    });
    return steps;
  }
  function costs(network2, steps) {
    let [parameters, adds] = [0, 0];
    network2.forEach(({ w, b, shape: shape2 }, index) => {
      const places = shape2.length === 4 ? steps[1 + 2 * index].shape.slice(1).reduce((a, c) => a * c) : 1;
      parameters += w.length + b.length;
      adds += w.length * places;
    });
    return { parameters, adds };
  }

  // js/core/drawing.mjs
  var PEN = 1.7;
  var STROKES = [
    [[[14, 5], [9, 7], [7, 14], [9, 21], [14, 23], [19, 21], [21, 14], [19, 7], [14, 5]]],
    [[[11, 8], [15, 5], [14, 23]]],
    [[[8, 9], [10, 6], [15, 5], [19, 7], [19, 11], [14, 16], [8, 23], [21, 23]]],
    [[[8, 7], [13, 5], [18, 7], [18, 11], [13, 13], [19, 16], [19, 20], [14, 23], [8, 21]]],
    [[[14, 5], [8, 15], [21, 15]], [[18, 9], [17, 23]]],
    [[[19, 5], [10, 5], [9, 13], [14, 12], [19, 15], [19, 20], [14, 23], [8, 21]]],
    [[[17, 5], [11, 10], [8, 17], [10, 22], [15, 23], [19, 20], [18, 16], [13, 15], [9, 18]]],
    [[[7, 6], [20, 6], [13, 23]]],
    [[[14, 13], [9, 10], [10, 6], [14, 5], [18, 6], [19, 10], [14, 13], [9, 17], [9, 21], [14, 23], [19, 21], [19, 17], [14, 13]]],
    [[[19, 10], [15, 13], [10, 12], [9, 8], [13, 5], [18, 6], [19, 10], [18, 17], [15, 23]]]
  ];
  var empty = () => new Array(SIDE2 * SIDE2).fill(0);
  var sample = (digit) => STROKES[digit].reduce(
    (image2, corners) => corners.slice(1).reduce((drawn2, to, i) => stroke(drawn2, corners[i], to), image2),
    empty()
  );
  function stroke(image2, [x0, y0], [x1, y1]) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    return image2.map((old, at) => {
      const [x, y] = [at % SIDE2, Math.floor(at / SIDE2)];
      const along = length ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1) : 0;
      const distance = Math.hypot(x - x0 - along * dx, y - y0 - along * dy);
      return Math.max(old, Math.round(255 * Math.min(Math.max(PEN - distance, 0), 1)));
    });
  }
  function moved(image2, [down, right]) {
    return image2.map((_, at) => {
      const [x, y] = [at % SIDE2 - right, Math.floor(at / SIDE2) - down];
      return x >= 0 && y >= 0 && x < SIDE2 && y < SIDE2 ? image2[y * SIDE2 + x] : 0;
    });
  }
  function centred(image2) {
    const ink = image2.reduce((a, b) => a + b);
    if (!ink) return image2;
    const middle = (place3) => image2.reduce((sum2, value, at) => sum2 + value * place3(at), 0) / ink;
    const [x, y] = [middle((at) => at % SIDE2), middle((at) => Math.floor(at / SIDE2))];
    return moved(image2, [Math.round(SIDE2 / 2 - 0.5 - y), Math.round(SIDE2 / 2 - 0.5 - x)]);
  }

  // js/ui/pad.mjs
  var ARROWS3 = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  var MIDDLE = [13, 13];
  function padView(patch) {
    let image2 = empty();
    let [point, isDown, held] = [MIDDLE, false, false];
    const canvas = element("canvas", {
      class: "draw",
      width: SIDE2,
      height: SIDE2,
      role: "application",
      "aria-roledescription": "drawing pad",
      "aria-label": "Drawing, 28 by 28 pixels. Arrow keys move the pen, Space puts it down or lifts it, Delete clears.",
      tabindex: 0,
      "data-pad": "",
      onpointerdown: (event) => {
        held = true;
        event.target.setPointerCapture?.(event.pointerId);
        line(place3(event), place3(event));
      },
      onpointermove: (event) => {
        if (!held) return;
        for (const each2 of event.getCoalescedEvents?.() ?? [event]) line(point, place3(each2));
      },
      onpointerup: () => held = false,
      onpointercancel: () => held = false,
      onkeydown: key,
      onfocus: () => show(),
      onblur: () => show()
    });
    const words4 = element("span", { role: "status", "data-pen": "" });
    const down = element("button", { type: "button", onclick: () => put(!isDown) });
    const root = element(
      "div",
      { class: "draw-pad" },
      canvas,
      element(
        "div",
        {},
        element("p", { text: "Draw a digit here: by mouse or finger; by key with the arrows (Shift: four pixels) and Space." }),
        down,
        element("button", { type: "button", text: "Clear", onclick: clear }),
        element("p", {}, words4)
      )
    );
    function place3(event) {
      const { left, top: top2, width, height } = canvas.getBoundingClientRect();
      return [(event.clientX - left) / width * SIDE2 - 0.5, (event.clientY - top2) / height * SIDE2 - 0.5];
    }
    function line(from, to) {
      image2 = stroke(image2, from, to);
      point = to;
      patch({ drawn: image2 });
      show();
    }
    function put(now) {
      isDown = now;
      if (isDown) line(point, point);
      else show();
    }
    function clear() {
      [point, isDown] = [MIDDLE, false];
      patch({ drawn: empty() });
    }
    function key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const arrow = ARROWS3[event.key];
      if (arrow) {
        const to = point.map((old, axis) => inside2(Math.round(old) + arrow[axis] * (event.shiftKey ? 4 : 1)));
        if (isDown) line(point, to);
        else point = to;
        show();
      } else if (event.key === " ") put(!isDown);
      else if (event.key === "Delete" || event.key === "Backspace") clear();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }
    function show() {
      const context = canvas.getContext("2d");
      const data = context.createImageData(SIDE2, SIDE2);
      image2.forEach((value, at) => data.data.set([value, value, value, 255], 4 * at));
      context.putImageData(data, 0, 0);
      if (canvas.matches(":focus-visible")) {
        context.fillStyle = isDown ? "#ffb454" : "#56b4e9";
        context.fillRect(Math.round(point[0]), Math.round(point[1]), 1, 1);
      }
      set(down, "text", isDown ? "Lift the pen" : "Put the pen down");
      set(words4, "text", `Pen ${isDown ? "down" : "up"}, row ${Math.round(point[1])}, column ${Math.round(point[0])}.`);
    }
    return {
      root,
      draw(now) {
        image2 = now;
        show();
      }
    };
  }
  var inside2 = (index) => Math.min(Math.max(index, 0), SIDE2 - 1);

  // js/lenet5.mjs
  var FARTHEST = 8;
  var SMALL = [[6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [120, 400], [120], [84, 120], [84], [10, 84], [10]];
  var description3 = {
    name: "lenet5",
    title: "LeNet-5 reads a digit that you draw",
    defaults: { digit: 5, drawn: null, centre: true, shift: [0, 0] },
    needs: (read3) => ({ network: { shapes: SMALL, weights: read3("small_lenet5.f32") } }),
    settle(state) {
      const isImage = Array.isArray(state.drawn) && state.drawn.length === SIDE2 * SIDE2;
      return {
        digit: whole(state.digit, 0, 9, 5),
        drawn: isImage ? state.drawn.map((value) => whole(value, 0, 255, 0)) : null,
        centre: state.centre !== false,
        shift: pair(state.shift, -FARTHEST, FARTHEST, [0, 0])
      };
    },
    frames: ({ digit }) => ({ count: 10, now: digit, go: (frame2) => ({ digit: frame2, drawn: null }) }),
    pad(actions) {
      const pad2 = padView(actions.patch);
      return { root: pad2.root, draw: (state) => pad2.draw(drawing(state)) };
    },
    controls(state) {
      const shift = (axis, label) => ({
        kind: "number",
        label,
        value: state.shift[axis],
        text: format(state.shift[axis]),
        low: -FARTHEST,
        high: FARTHEST,
        change: (value) => ({ shift: state.shift.map((old, each2) => each2 === axis ? value : old) })
      });
      return [
        { kind: "flag", label: "Put it in the middle, as in MNIST", value: state.centre, change: (centre) => ({ centre }) },
        shift(0, "Then move down"),
        shift(1, "Then move right")
      ];
    },
    view(state, given) {
      const image2 = seen(state);
      const network2 = readNetwork(given.network);
      const inked = image2.filter(Boolean).length;
      const sentence = `${what(state)} covers ${inked} of 784 pixels.`;
      const question = `Which digit does the network read in ${state.drawn ? "your drawing" : `digit ${state.digit}`} (${inked} pixels, ${state.shift.map(format).join(" down, ")} right)?`;
      const panels = [mapPanel("seen", "what the network sees", { values: image2, shape: [1, SIDE2, SIDE2] }, 255)];
      if (!network2) {
        const lost2 = { kind: "chart", id: "outputs", title: "outputs", words: "missing", secret: true, chart: bars([{ label: "?", value: 0, text: "" }], 1) };
        return { title: description3.title, panels: [...panels, lost2], sentence, result: "The trained weights are missing: run the cell again.", question: { text: question, answer: "nothing" }, code: [] };
      }
      const steps = forward(image2, network2);
      const logits = Array.from(steps.at(-1).values);
      const shares = softmax(logits);
      const order = shares.map((_, digit) => digit).sort((a, b) => shares[b] - shares[a]);
      const layers = steps.slice(1, -1);
      panels.push(...layers.map((step2) => mapPanel(step2.name.replace(" ", ""), title(step2), step2)));
      panels.push({
        kind: "chart",
        id: "outputs",
        title: "outputs, as probabilities",
        words: shares.map((share, digit) => `${digit}: ${percent(share)}`).join(", "),
        secret: true,
        chart: bars(shares.map((value, digit) => ({ label: digit, value, text: percent(value), marked: digit === order[0] })), 1)
      });
      const { parameters, adds } = costs(network2, steps);
      const shapes = steps.map(({ name, shape: shape2 }) => `${name}: ${shape2.join(" \xD7 ")}`).join(" \u2192 ");
      const formula3 = `${shapes}
${grouped(parameters)} parameters, ${grouped(adds)} multiply-adds`;
      const silent = layers.map(({ name, values: values2 }) => `${name} ${percent(values2.filter((value) => !value).length / values2.length)}`);
      return {
        title: description3.title,
        panels,
        formula: [formula3, formula3],
        sentence,
        result: `The network reads ${order[0]} (${percent(shares[order[0]])}), else ${order[1]} (${percent(shares[order[1]])}). Numbers that are zero: ${silent.join(", ")}.`,
        question: { text: question, answer: order[0] },
        code: code2(network2, logits)
      };
    }
  };
  var lenet5_default = demo(description3);
  var drawing = ({ drawn: drawn2, digit }) => drawn2 ?? sample(digit);
  var seen = (state) => moved(state.centre ? centred(drawing(state)) : drawing(state), state.shift);
  var what = ({ drawn: drawn2, digit }) => drawn2 ? "Your drawing" : `Digit ${digit}, drawn for you,`;
  var percent = (share) => `${(100 * share).toFixed(1)} %`;
  var title = ({ name, shape: shape2 }) => shape2.length === 3 ? `${name}${name.startsWith("conv") ? " and ReLU" : ""}: ${count(shape2[0], "map")} of ${shape2[1]} \xD7 ${shape2[2]}` : `${name} and ReLU: ${count(shape2[0], "number")}`;
  function mapPanel(id, title2, { values: values2, shape: shape2 }, most = Math.max(...values2)) {
    const units = shape2.length === 1;
    const [maps2, height, width] = units ? [1, ...oblong(shape2[0])] : shape2;
    const size2 = height * width;
    const each2 = Array.from({ length: maps2 }, (_, index) => ({
      values: Array.from({ length: size2 }, (_2, at) => values2[index * size2 + at] ?? 0),
      low: 0,
      high: most
    }));
    const largest = Array.from(values2).indexOf(Math.max(...values2));
    const where = maps2 > 1 ? ` in map ${Math.floor(largest / size2)}` : units ? ` at number ${largest}` : "";
    const zoom = height > 20 ? maps2 > 1 ? 3 : 5 : height > 10 ? 4 : height > 6 ? 4 : 7;
    return { kind: "map", id, title: title2, maps: each2, height, width, zoom, columns: maps2 > 8 ? Math.ceil(maps2 / 2) : 3, words: `largest ${format(Math.max(...values2))}${where}` };
  }
  function oblong(size2) {
    const rows = Math.floor(Math.sqrt(size2 / 2));
    const fitting = Array.from({ length: rows }, (_, less) => rows - less).find((each2) => size2 % each2 === 0);
    return [fitting, size2 / fitting];
  }
  function code2(network2, logits) {
    const lines = network2.map(({ shape: shape2, padding }, index) => {
      const isLast = index === network2.length - 1;
      if (shape2.length === 4) return `    nn.Conv2d(${shape2[1]}, ${shape2[0]}, kernel_size=${shape2[2]}, padding=${padding}), nn.ReLU(), nn.MaxPool2d(2),`;
      return `    ${index === 2 ? "nn.Flatten(), " : ""}nn.Linear(${shape2[1]}, ${shape2[0]}),${isLast ? "" : " nn.ReLU(),"}`;
    });
    return [
      ["torch", `model = nn.Sequential(
${lines.join("\n")}
)
logits = model((image / 255 - 0.1307) / 0.3081)  # image is (1, 1, 28, 28), 0 to 255`],
      ["numpy", `# from the outputs to probabilities
z = np.array([${logits.map((value) => value.toFixed(4)).join(", ")}])
np.exp(z) / np.exp(z).sum()`]
    ];
  }

  // js/network_table.mjs
  var network_table_exports = {};
  __export(network_table_exports, {
    default: () => network_table_default,
    description: () => description4
  });

  // js/core/network.mjs
  var SAME = ["ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softplus"];
  var SILENT = ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "Identity"];
  var AXES2 = { 1: ["length"], 2: ["rows", "columns"], 3: ["planes", "rows", "columns"] };
  var shapeText = (shape2) => shape2.join(" \xD7 ");
  var product = (numbers) => numbers.reduce((a, b) => a * b, 1);
  var nothing = { parameters: 0, adds: 0, reasons: [] };
  var SIGNATURES = {
    Conv: [["in_channels"], ["out_channels"], ["kernel_size"], ["stride", 1], ["padding", 0], ["dilation", 1], ["groups", 1], ["bias", true], ["padding_mode", "zeros"]],
    MaxPool: [["kernel_size"], ["stride", null], ["padding", 0], ["dilation", 1], ["return_indices", false], ["ceil_mode", false]],
    AvgPool: [["kernel_size"], ["stride", null], ["padding", 0], ["ceil_mode", false], ["count_include_pad", true], ["divisor_override", null]],
    AdaptiveAvgPool: [["output_size"]],
    BatchNorm: [["num_features"], ["eps", 1e-5], ["momentum", 0.1], ["affine", true], ["track_running_stats", true], ["bias", true]],
    InstanceNorm: [["num_features"], ["eps", 1e-5], ["momentum", 0.1], ["affine", false], ["track_running_stats", false], ["bias", true]],
    GroupNorm: [["num_groups"], ["num_channels"], ["eps", 1e-5], ["affine", true], ["bias", true]],
    LayerNorm: [["normalized_shape"], ["eps", 1e-5], ["elementwise_affine", true], ["bias", true]],
    Linear: [["in_features"], ["out_features"], ["bias", true]],
    Flatten: [["start_dim", 1], ["end_dim", -1]]
  };
  function tabulate(layers, input) {
    const rows = [{ text: "input", shape: input, ...nothing }];
    for (const [index, layer] of layers.entries()) {
      try {
        rows.push({ text: layer.text, ...step(layer, rows.at(-1).shape) });
      } catch (fault) {
        if (!(fault instanceof Impossible)) throw fault;
        return { rows, fault: `Layer ${index + 1}, ${layer.text}: ${fault.message}.` };
      }
    }
    return { rows, fault: null };
  }
  var Impossible = class extends Error {
  };
  function expect(holds, message) {
    if (!holds) throw new Impossible(message);
  }
  function step(layer, shape2) {
    const [, family, dimensions] = layer.kind.match(/^(\w*?)(?:([123])d)?$/);
    expect(!layer.fault, layer.fault);
    if (SAME.includes(layer.kind) || SILENT.includes(layer.kind)) return { shape: shape2, ...nothing };
    const make = { Conv: conv, MaxPool: pool, AvgPool: pool, AdaptiveAvgPool: adaptive, BatchNorm: norm, InstanceNorm: norm, GroupNorm: norm, LayerNorm: layerNorm, Linear: linear, Flatten: flatten }[family];
    expect(make, "this kind of layer is not known here");
    const given = read2(layer, SIGNATURES[family]);
    const space = Number(dimensions ?? 0);
    if (space && !(family === "BatchNorm" && space === 1 && shape2.length === 1))
      expect(shape2.length === space + 1, `it takes channels and ${AXES2[space].join(" and ")}, but ${shapeText(shape2)} comes in`);
    return make(given, shape2, family);
  }
  function read2({ positional, named }, signature) {
    const names = signature.map(([name]) => name);
    expect(positional.length <= names.length, `it takes at most ${names.length} arguments`);
    const other = Object.keys(named).find((name) => !names.includes(name) && !["inplace", "device", "dtype"].includes(name));
    expect(!other, `it has no argument ${other}`);
    const given = {};
    signature.forEach(([name, otherwise], index) => {
      given[name] = index < positional.length ? positional[index] : named[name] ?? otherwise;
      expect(given[name] !== void 0, `${name} is missing`);
    });
    return given;
  }
  function each(name, value, count2, least) {
    const all = Array.isArray(value) ? value : new Array(count2).fill(value);
    expect(all.length === count2 && all.every((one2) => Number.isInteger(one2) && one2 >= least), `${name} must be a whole number from ${least} on, or ${count2} of them`);
    return all;
  }
  function one(name, value) {
    expect(Number.isInteger(value) && value >= 1, `${name} must be a whole number from 1 on`);
    return value;
  }
  function conv(given, [channels, ...space]) {
    const count2 = space.length;
    const [inputs, filters, groups] = ["in_channels", "out_channels", "groups"].map((name) => one(name, given[name]));
    expect(inputs === channels, `it reads ${inputs} channels, but ${channels} come in`);
    expect(inputs % groups === 0 && filters % groups === 0, `groups ${groups} must divide ${inputs} and ${filters}`);
    const kernel = each("kernel_size", given.kernel_size, count2, 1);
    const stride = each("stride", given.stride, count2, 1);
    const dilation = each("dilation", given.dilation, count2, 1);
    const isSame = given.padding === "same";
    expect(!isSame || stride.every((by) => by === 1), 'padding "same" needs stride 1');
    const padding = isSame ? null : each("padding", given.padding === "valid" ? 0 : given.padding, count2, 0);
    const sizes = space.map((size2, axis) => isSame ? size2 : outputSize(size2, kernel[axis], stride[axis], padding[axis], dilation[axis]));
    expectFit(sizes, kernel);
    const taps2 = inputs / groups * product(kernel);
    const bias = given.bias ? 1 : 0;
    const parameters = filters * (taps2 + bias);
    const outputs2 = filters * product(sizes);
    const read_ = [inputs / groups, ...kernel].join("\xB7");
    return {
      shape: [filters, ...sizes],
      parameters,
      adds: outputs2 * taps2,
      reasons: [
        ...isSame ? ['sizes: padding "same" keeps them'] : windows(space, kernel, stride, padding, dilation, sizes),
        `parameters: ${filters} filters \xB7 (${read_}${bias ? " + 1" : ""}) = ${grouped(parameters)}`,
        `multiply-adds: ${[filters, ...sizes].join("\xB7")} outputs \xB7 ${read_} = ${grouped(outputs2 * taps2)}`
      ]
    };
  }
  var expectFit = (sizes, kernel) => expect(sizes.every((size2) => size2 >= 1), `its window of ${shapeText(kernel)} does not fit`);
  function windows(space, kernel, stride, padding, dilation, sizes) {
    return space.map((size2, axis) => {
      const wide = dilation[axis] > 1 ? `${dilation[axis]}\xB7(${kernel[axis]} \u2212 1) \u2212 1` : kernel[axis];
      return `${AXES2[space.length][axis]}: \u230A(${size2} + 2\xB7${padding[axis]} \u2212 ${wide}) / ${stride[axis]}\u230B + 1 = ${sizes[axis]}`;
    });
  }
  function pool(given, [channels, ...space], family) {
    const count2 = space.length;
    const kernel = each("kernel_size", given.kernel_size, count2, 1);
    const stride = given.stride === null ? kernel : each("stride", given.stride, count2, 1);
    const padding = each("padding", given.padding, count2, 0);
    const dilation = each("dilation", family === "MaxPool" ? given.dilation : 1, count2, 1);
    expect(padding.every((by, axis) => 2 * by <= kernel[axis]), "padding must be at most half the window");
    const sizes = space.map((size2, axis) => {
      const [plain3, by] = [outputSize(size2, kernel[axis], stride[axis], padding[axis], dilation[axis]), stride[axis]];
      const room = size2 + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
      const more = given.ceil_mode && room % by && plain3 * by < size2 + padding[axis] ? 1 : 0;
      return plain3 + more;
    });
    expectFit(sizes, kernel);
    return { shape: [channels, ...sizes], ...nothing, reasons: windows(space, kernel, stride, padding, dilation, sizes) };
  }
  function adaptive(given, [channels, ...space]) {
    const sizes = each("output_size", given.output_size, space.length, 1);
    return { shape: [channels, ...sizes], ...nothing };
  }
  function norm(given, shape2) {
    const channels = one("num_features", given.num_features ?? given.num_channels);
    expect(channels === shape2[0], `it normalizes ${channels} channels, but ${shape2[0]} come in`);
    expect(!given.num_groups || channels % given.num_groups === 0, `groups ${given.num_groups} must divide ${channels}`);
    return affine(shape2, channels, given.affine, given.bias);
  }
  function layerNorm(given, shape2) {
    const wanted = Array.isArray(given.normalized_shape) ? given.normalized_shape : [given.normalized_shape];
    expect(wanted.join() === shape2.slice(-wanted.length).join(), `it normalizes ${shapeText(wanted)}, but ${shapeText(shape2)} comes in`);
    return affine(shape2, product(wanted), given.elementwise_affine, given.bias);
  }
  function affine(shape2, count2, scales, shifts) {
    const parameters = scales ? count2 * (shifts ? 2 : 1) : 0;
    const what2 = shifts ? `${count2} scales and ${count2} shifts` : `${count2} scales`;
    return { shape: shape2, parameters, adds: 0, reasons: parameters ? [`parameters: ${what2}: ${grouped(parameters)}`] : [] };
  }
  function linear(given, shape2) {
    const [inputs, outputs2] = [one("in_features", given.in_features), one("out_features", given.out_features)];
    expect(shape2.at(-1) === inputs, `it reads ${inputs} numbers, but ${shapeText(shape2)} comes in${shape2.length > 1 ? ": nn.Flatten() comes before it" : ""}`);
    const bias = given.bias ? 1 : 0;
    const rows = product(shape2.slice(0, -1));
    const [parameters, adds] = [outputs2 * (inputs + bias), rows * outputs2 * inputs];
    return {
      shape: [...shape2.slice(0, -1), outputs2],
      parameters,
      adds,
      reasons: [`parameters: ${outputs2} outputs \xB7 (${inputs}${bias ? " + 1" : ""}) = ${grouped(parameters)}`, `multiply-adds: ${rows > 1 ? `${rows}\xB7` : ""}${outputs2} outputs \xB7 ${inputs} = ${grouped(adds)}`]
    };
  }
  function flatten(given, shape2) {
    expect(given.start_dim === 1 && given.end_dim === -1, "only the whole image is flattened here");
    return { shape: [product(shape2)], ...nothing, reasons: shape2.length > 1 ? [`size: ${shape2.join("\xB7")} = ${product(shape2)}`] : [] };
  }

  // js/core/torch_lines.mjs
  var CALL = /(?:\bnn\.)?\b([A-Z]\w*)\(/g;
  var UNQUOTED = /=(\s*)(same|valid|zeros|reflect|replicate|circular)\b/g;
  var AROUND = ["Sequential", "ModuleList"];
  function parse(text) {
    const code10 = text.replace(/#.*/g, "").replace(UNQUOTED, '=$1"$2"');
    const found = [];
    let end = 0;
    for (const match of code10.matchAll(CALL)) {
      const isClass = /[^\w.]$|^$/.test(code10.slice(0, match.index)) || match[0].startsWith("nn.");
      if (match.index < end || AROUND.includes(match[1]) || !isClass) continue;
      const open = match.index + match[0].length;
      const inside3 = balanced(code10, open);
      if (inside3 === null) {
        found.push({ kind: match[1], text: match[0].trim(), positional: [], named: {}, fault: "its bracket is never closed" });
        break;
      }
      if (/\(\w+\): /.test(inside3)) continue;
      end = open + inside3.length;
      found.push({ kind: match[1], text: `${match[1]}(${inside3.replace(/\s+/g, " ").trim()})`, ...values(inside3) });
    }
    return found;
  }
  function balanced(code10, open) {
    let depth = 1;
    for (let at = open; at < code10.length; at++) {
      depth += { "(": 1, "[": 1, ")": -1, "]": -1 }[code10[at]] ?? 0;
      if (!depth) return code10.slice(open, at);
    }
    return null;
  }
  function values(inside3) {
    const [positional, named] = [[], {}];
    for (const part of split(inside3)) {
      const [, name, text] = part.trim().match(/^(?:(\w+)\s*=)?\s*([^]*)$/);
      const value = literal2(text);
      if (value === void 0) return { positional, named, fault: `${text} is no number that is written out` };
      if (name) named[name] = value;
      else positional.push(value);
    }
    return { positional, named };
  }
  function split(inside3) {
    const parts = [""];
    let depth = 0;
    for (const letter of inside3) {
      depth += { "(": 1, "[": 1, ")": -1, "]": -1 }[letter] ?? 0;
      if (letter === "," && !depth) parts.push("");
      else parts[parts.length - 1] += letter;
    }
    return parts.filter((part) => part.trim());
  }
  function literal2(text) {
    if (/^[-+]?[\d_]*\.?\d+(e[-+]?\d+)?$/i.test(text)) return Number(text.replaceAll("_", ""));
    if (/^(["']).*\1$/.test(text)) return text.slice(1, -1);
    if (/^[([][^]*[)\]]$/.test(text)) {
      const all = split(text.slice(1, -1)).map((part) => literal2(part.trim()));
      return all.includes(void 0) ? void 0 : all;
    }
    return { True: true, False: false, None: null }[text];
  }

  // js/ui/text_pad.mjs
  function textPad(label, changed2) {
    const field = element("textarea", { rows: 8, spellcheck: "false", autocapitalize: "off", oninput: () => changed2(field.value) });
    return {
      root: element("label", { class: "text-pad" }, element("span", { text: label }), field),
      draw(text) {
        if (field.value !== text) field.value = text;
      }
    };
  }

  // js/network_table.mjs
  var [LONGEST2, LAYERS] = [8e3, 60];
  var MOST2 = [512, 256, 256, 256];
  var AXES3 = { 2: ["Channels", "Length"], 3: ["Channels", "Rows", "Columns"], 4: ["Channels", "Planes", "Rows", "Columns"] };
  var INPUTS = { 2: [1, 120], 3: [3, 32, 32], 4: [1, 8, 16, 16] };
  var LENET5 = `nn.Conv2d(1, 6, 5, padding=2)
nn.ReLU()
nn.MaxPool2d(2)
nn.Conv2d(6, 16, 5)
nn.ReLU()
nn.MaxPool2d(2)
nn.Flatten()
nn.Linear(400, 120)
nn.ReLU()
nn.Linear(120, 84)
nn.ReLU()
nn.Linear(84, 10)`;
  var PRESETS3 = {
    lenet5: ["LeNet-5 of 1998", [1, 28, 28], LENET5],
    example: ["ten filters of 5 \xD7 5", [3, 32, 32], "nn.Conv2d(3, 10, 5, padding=2)"],
    small: ["two of 3 \xD7 3 for one of 5 \xD7 5", [64, 56, 56], "nn.Conv2d(64, 64, 3, padding=1, bias=False)\nnn.ReLU()\nnn.Conv2d(64, 64, 3, padding=1, bias=False)"],
    separable: ["depthwise, then 1 \xD7 1", [64, 56, 56], "nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)\nnn.BatchNorm2d(64)\nnn.ReLU()\nnn.Conv2d(64, 128, 1, bias=False)"],
    stem: ["how ResNet begins", [3, 224, 224], "nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)\nnn.BatchNorm2d(64)\nnn.ReLU()\nnn.MaxPool2d(3, stride=2, padding=1)"]
  };
  var description4 = {
    name: "network_table",
    title: "A network as a table",
    defaults: { code: LENET5, input: [1, 28, 28], at: [1, 0] },
    settle(state) {
      const code10 = typeof state.code === "string" ? state.code.slice(0, LONGEST2) : LENET5;
      const given = Array.isArray(state.input) && AXES3[state.input.length] ? state.input : [1, 28, 28];
      const input = given.map((size2, axis) => whole(size2, 1, MOST2[axis], 1));
      const row = whole(Array.isArray(state.at) ? state.at[0] : 0, 0, tableOf({ code: code10, input }).rows.length - 1, 0);
      return { code: code10, input, at: [row, 0] };
    },
    frames(state) {
      const { rows } = tableOf(state);
      return { count: rows.length, now: state.at[0], go: (frame2) => ({ at: [frame2, 0] }) };
    },
    pad(actions) {
      const pad2 = textPad("Layers: paste nn.Conv2d(...) lines, or what print(model) shows", (code10) => actions.patch({ code: code10 }));
      return { root: pad2.root, draw: ({ code: code10 }) => pad2.draw(code10) };
    },
    controls(state) {
      const preset2 = Object.keys(PRESETS3).find((name) => PRESETS3[name][1].join() === state.input.join() && PRESETS3[name][2] === state.code);
      const own = preset2 ? [] : [["", "your own"]];
      const offered = suggestions(tableOf(state).rows.at(-1).shape);
      return [
        {
          kind: "choice",
          label: "Network",
          value: preset2 ?? "",
          options: [...own, ...Object.entries(PRESETS3).map(([name, [words4]]) => [name, words4])],
          change: (name) => name ? { input: PRESETS3[name][1], code: PRESETS3[name][2], at: [1, 0] } : {}
        },
        {
          kind: "choice",
          label: "Input",
          value: String(state.input.length),
          options: [["2", "signal"], ["3", "image"], ["4", "volume"]],
          change: (axes) => ({ input: INPUTS[axes] })
        },
        ...state.input.map((size2, axis) => ({
          kind: "number",
          label: AXES3[state.input.length][axis],
          value: size2,
          low: 1,
          high: MOST2[axis],
          change: (value) => ({ input: state.input.map((old, each2) => each2 === axis ? value : old) })
        })),
        {
          kind: "choice",
          label: "Add",
          value: "",
          options: [["", "a layer"], ...offered.map((line) => [line, line])],
          change: (line) => line ? added(state, line) : {}
        },
        { kind: "action", label: "Remove the last line", change: () => ({ code: state.code.trimEnd().split("\n").slice(0, -1).join("\n") }) }
      ];
    },
    view(state) {
      const { rows, fault } = tableOf(state);
      const here = state.at[0];
      const row = rows[here];
      const total = (key) => rows.reduce((sum2, each2) => sum2 + each2[key], 0);
      const where = `${here ? `layer ${here}, ` : "the "}${row.text}`;
      const chart2 = (key, title2) => {
        const some = rows.flatMap((each2, index) => each2[key] ? [{ label: `${index} ${each2.text.replace(/\(.*/, "")}`, value: each2[key], text: grouped(each2[key]), marked: index === here }] : []);
        const words4 = some.map(({ label, text }) => `${label}: ${text}`).join(", ") || "none";
        return { kind: "chart", id: key, title: title2, words: words4, secret: true, chart: bars(some.length ? some : [{ label: "none", value: 0, text: "" }], Math.max(...some.map(({ value }) => value))) };
      };
      return {
        title: description4.title,
        panels: [
          {
            kind: "table",
            id: "table",
            title: "one image through the network",
            columns: ["layer", "what comes out", "parameters", "multiply-adds"],
            rows: rows.map((each2) => [each2.text, each2.shape.join(" \xD7 "), grouped(each2.parameters), grouped(each2.adds)]),
            cursor: here,
            move: (to) => ({ at: [to, 0] }),
            secret: true
          },
          chart2("parameters", "where the parameters are"),
          chart2("adds", "where the multiply-adds are")
        ],
        formula: [HIDDEN, row.reasons.join("\n") || "nothing to learn and nothing to multiply"],
        sentence: `${count(rows.length - 1, "layer")} on ${state.input.join(" \xD7 ")}; chosen is ${where}.`,
        result: `${fault ? `${fault} ` : ""}${row.shape.join(" \xD7 ")} comes out; ${count(row.parameters, "parameter").replace(/^\d+/, grouped)}, ${grouped(row.adds)} multiply-adds. In all: ${grouped(total("parameters"))} parameters, ${grouped(total("adds"))} multiply-adds for one ${["", "", "signal", "image", "volume"][state.input.length]}.`,
        question: { text: `What comes out of ${where}, in the form ${AXES3[state.input.length].map((_, axis) => "CHWD"[axis]).join(" \xD7 ")}?`, answer: row.shape.join(" \xD7 ") },
        code: code3(state, row, here)
      };
    }
  };
  var network_table_default = demo(description4);
  var HIDDEN = "a window along one axis: \u230A(N + 2P \u2212 D(K \u2212 1) \u2212 1) / S\u230B + 1\na convolution: filters \xB7 (channels / groups \xB7 kernel + 1) parameters";
  var tableOf = ({ code: code10, input }) => tabulate(parse(code10).slice(0, LAYERS), input);
  function suggestions(shape2) {
    const [channels, ...space] = shape2;
    if (!space.length) return [`nn.Linear(${channels}, 10)`, "nn.ReLU()"];
    const d = `${space.length}d`;
    const more = Math.min(2 * channels, MOST2[0]);
    return [
      `nn.Conv${d}(${channels}, ${more}, 3, padding=1)`,
      `nn.Conv${d}(${channels}, ${more}, 3, stride=2, padding=1)`,
      `nn.Conv${d}(${channels}, ${channels}, 1)`,
      `nn.BatchNorm${d}(${channels})`,
      "nn.ReLU()",
      ...space.every((size2) => size2 > 1) ? [`nn.MaxPool${d}(2)`] : [],
      "nn.Flatten()"
    ];
  }
  function added(state, line) {
    const code10 = `${state.code.trimEnd()}
${line}`.trimStart();
    return { code: code10, at: [tableOf({ ...state, code: code10 }).rows.length - 1, 0] };
  }
  function code3({ code: text, input }, row, here) {
    const layers = parse(text).slice(0, LAYERS).map((layer) => `    nn.${layer.text},`);
    const { shape: shape2 } = row;
    return [
      [
        "torch",
        `model = nn.Sequential(
${layers.join("\n")}
)
[tuple(x.shape[1:]) for x in itertools.accumulate(model, lambda x, layer: layer(x), initial=torch.zeros(1, ${input.join(", ")}))]
sum(p.numel() for p in model.parameters())`
      ],
      ["numpy", `# how many numbers come out of ${here ? `layer ${here}` : "the input"}
np.prod((${shape2.join(", ")},))`]
    ];
  }

  // js/normalization.mjs
  var normalization_exports = {};
  __export(normalization_exports, {
    default: () => normalization_default,
    description: () => description5
  });

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
    const values2 = [];
    x.forEach((image2, n) => image2.forEach((pixels, c) => (values2[share(n, c)] ??= []).push(...pixels)));
    return values2.map((all) => {
      const mean2 = average(all);
      return { mean: mean2, variance: average(all.map((value) => (value - mean2) ** 2)), size: all.length };
    });
  }
  var normalise = (x, share, found) => x.map(
    (image2, n) => image2.map((pixels, c) => {
      const { mean: mean2, variance } = found[share(n, c)];
      return pixels.map((value) => (value - mean2) / Math.sqrt(variance + EPS));
    })
  );
  function running(batches, part) {
    const before = batches[0][0].map(() => ({ mean: 0, variance: 1 }));
    return batches.reduce(
      (all, batch2) => [
        ...all,
        statistics(batch2, (_, c) => c).map(({ mean: mean2, variance, size: size2 }, c) => {
          const old = all.at(-1)[c];
          const unbiased = variance * size2 / (size2 - 1);
          return {
            mean: (1 - part) * old.mean + part * mean2,
            variance: (1 - part) * old.variance + part * unbiased
          };
        })
      ],
      [before]
    );
  }
  var average = (values2) => values2.reduce((sum2, value) => sum2 + value, 0) / values2.length;

  // js/normalization.mjs
  var [IMAGES, CHANNELS, PIXELS, BATCHES] = [4, 4, 6, 24];
  var CENTRES = [2, -1, 0, 4];
  var SPREADS = [1, 0.5, 2, 1.5];
  var KINDS = { batch: "batch norm", layer: "layer norm", instance: "instance norm", group: "group norm" };
  var PARTS = [0.01, 0.1, 0.3, 1];
  var BINS = 12;
  var entry = (t, n, c, p) => CENTRES[c] + SPREADS[c] * ((37 * n + 19 * c + 53 * p + 71 * t + 29 * n * p + 11 * t * p + 17 * p * p) % 41 - 20) / 10;
  var batch = (t) => {
    const range2 = (size2) => Array.from({ length: size2 }, (_, i) => i);
    return range2(IMAGES).map((n) => range2(CHANNELS).map((c) => range2(PIXELS).map((p) => entry(t, n, c, p))));
  };
  var STREAM = Array.from({ length: BATCHES }, (_, t) => batch(t));
  var description5 = {
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
    frames: ({ step: step2 }) => ({ count: BATCHES, now: step2, go: (frame2) => ({ step: frame2 }) }),
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
          change: (step2) => ({ step: step2 })
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
      const { share, used, y, runs: runs2 } = solve(state);
      const mine = share(n, c);
      const values2 = sharing(x, share, mine);
      const after = sharing(y, share, mine);
      const { mean: mean2, variance } = used[mine];
      const shares = new Set(x.flatMap((image2, i) => image2.map((_, j) => share(i, j))));
      const panels = [
        {
          kind: "grid",
          id: "shares",
          title: "mean used, image by channel",
          rows: x.map(
            (image2, i) => image2.map((_, j) => ({
              text: format(Number(used[share(i, j)].mean.toFixed(2))),
              marks: [groupMark(share(i, j)), ...i === n && j === c ? ["current"] : share(i, j) === mine ? ["window"] : []]
            }))
          ),
          cursor: state.at,
          move: (i, j) => ({ at: [i, j] }),
          secret: true,
          covered: true
        },
        chart("before", "the numbers that share it", values2, [{ at: mean2, label: "mean" }], -5, 8, false),
        chart("after", "these, normalised", after, [{ at: 0, label: "0" }], -4, 4, true)
      ];
      if (state.kind === "batch") panels.push(runningPanel(state, runs2));
      const student = studentPart(given, state, y);
      if (student.panel) panels.push(student.panel);
      return {
        title: description5.title,
        panels,
        formula: [formulaOf(state, runs2, true), formulaOf(state, runs2, false)],
        sentence: `${capital(KINDS[state.kind])} in ${state.training ? "training" : "evaluation"}, image ${n}, channel ${c}, batch ${state.step}.`,
        result: `${count(shares.size, "mean")} in all; ${count(values2.length, "number")} share this one: mean ${format(mean2)}, variance ${format(variance)}. ${modeWords(state)} The first number goes from ${format(x[n][c][0])} to ${format(y[n][c][0])}.`,
        student: student.sentence,
        question: { text: `How many means does ${KINDS[state.kind]}${state.kind === "group" ? ` with ${count(state.groups, "group")}` : ""} use for ${IMAGES} images of ${CHANNELS} channels?`, answer: shares.size },
        code: code4(state)
      };
    }
  };
  var normalization_default = demo(description5);
  var capital = (words4) => words4[0].toUpperCase() + words4.slice(1);
  var sharing = (x, share, mine) => x.flatMap((image2, n) => image2.flatMap((pixels, c) => share(n, c) === mine ? pixels : []));
  function solve({ kind, groups, training, part, step: step2 }) {
    const x = STREAM[step2];
    const share = shareOf(kind, groups, IMAGES, CHANNELS);
    const runs2 = running(STREAM.slice(0, step2 + 1), part);
    const used = kind === "batch" && !training ? runs2[step2] : statistics(x, share);
    return { share, used, runs: runs2, y: normalise(x, share, used) };
  }
  function chart(id, title2, values2, marks, low2, high, secret) {
    const counts = histogram(values2, low2, high, BINS);
    const words4 = `${count(values2.length, "number")}, mean ${format(average(values2))}, from ${format(Math.min(...values2))} to ${format(Math.max(...values2))}`;
    return { kind: "chart", id, title: title2, words: words4, secret, chart: histogramChart(counts, low2, high, marks, "value") };
  }
  function runningPanel({ step: step2, at: [, c] }, runs2) {
    const means = STREAM.slice(0, step2 + 1).map((x) => statistics(x, (_, channel) => channel)[c].mean);
    const series = [
      { name: "mean", values: runs2.map((run) => run[c].mean), style: 0 },
      { name: "variance", values: runs2.map((run) => run[c].variance), style: 1 },
      { name: "batch", values: [null, ...means], style: 2 }
    ];
    const last = runs2.at(-1)[c];
    return {
      kind: "chart",
      id: "running",
      title: `running statistics of channel ${c}`,
      words: `after ${count(step2 + 1, "batch").replace("batchs", "batches")} the running mean is ${format(last.mean)}, the running variance ${format(last.variance)}`,
      chart: curves(series, BATCHES, "batches seen")
    };
  }
  function formulaOf({ kind, part, step: step2, at: [, c], training }, runs2, hidden) {
    if (kind !== "batch") return "y = (x \u2212 mean) / \u221A(variance + \u03B5), in training and in evaluation alike";
    if (!training) return "y = (x \u2212 running mean) / \u221A(running variance + \u03B5); a test changes no average";
    const [old, now] = [runs2[step2][c].mean, runs2[step2 + 1][c].mean];
    const mean2 = statistics(STREAM[step2], (_, channel) => channel)[c].mean;
    const numbers = hidden ? "?" : format(now);
    const keep = format(1 - part);
    return `torch, momentum ${format(part)}: (1 \u2212 ${format(part)}) \xB7 ${format(old)} + ${format(part)} \xB7 ${hidden ? "?" : format(mean2)} = ${numbers}
slide, momentum ${keep}: ${keep} \xB7 ${format(old)} + (1 \u2212 ${keep}) \xB7 ${hidden ? "?" : format(mean2)} = ${numbers}`;
  }
  function modeWords({ kind, training }) {
    if (kind !== "batch") return "Both modes do the same.";
    return training ? "Training uses the batch's own numbers." : "Evaluation uses the running averages.";
  }
  var flat = (y) => y.map((image2) => image2.flat());
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
      (image2, n) => image2.map((pixels, c) => Math.max(...pixels.map((value, p) => Math.abs(got[n][c * PIXELS + p] - value))))
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
    const unbiased = used.map(({ mean: mean2, variance, size: size2 }) => ({ mean: mean2, variance: variance * size2 / (size2 - 1) }));
    const centred2 = used.map(({ mean: mean2 }) => ({ mean: mean2, variance: 1 }));
    const isEval = state.kind === "batch" && !state.training;
    return [
      ...others,
      ["a variance that is missing", flat(normalise(x, share, centred2))],
      ...isEval ? [["the batch's own numbers in evaluation", flat(solve({ ...state, training: true }).y)]] : [["the unbiased variance", flat(normalise(x, share, unbiased))]],
      ...state.kind === "batch" && state.training ? [["the running averages in training", flat(solve({ ...state, training: false }).y)]] : []
    ];
  }
  function code4({ kind, groups, training, part, at: [n, c] }) {
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

  // js/padding_stride.mjs
  var padding_stride_exports = {};
  __export(padding_stride_exports, {
    RUN_KEYS: () => RUN_KEYS2,
    default: () => padding_stride_default,
    description: () => description6
  });
  var MODES = ["zeros", "reflect", "replicate", "circular"];
  var AXES4 = ["rows", "columns"];
  var MOST3 = { size: 9, kernel: 5, stride: 4, padding: 3, dilation: 3, channels: 8 };
  var description6 = {
    name: "padding_stride",
    title: "Padding, stride, dilation and groups",
    defaults: {
      size: [7, 7],
      kernel: [3, 3],
      stride: [2, 2],
      padding: [1, 1],
      dilation: [1, 1],
      linked: true,
      mode: "zeros",
      channels: [4, 6],
      groups: 1,
      look: "output",
      at: [0, 0],
      seen: [0, 0]
    },
    settle(state) {
      const linked = state.linked !== false;
      const both = (value) => linked ? [value[0], value[0]] : value;
      const mode = oneOf(state.mode, MODES);
      const size2 = both(pair(state.size, 1, MOST3.size, [7, 7]));
      const stride = both(pair(state.stride, 1, MOST3.stride, [1, 1]));
      const padding = both(pair(state.padding, 0, MOST3.padding, [0, 0])).map(
        (value, axis) => Math.min(value, mostPadding(size2[axis], mode))
      );
      const dilation = both(pair(state.dilation, 1, MOST3.dilation, [1, 1]));
      const kernel = both(pair(state.kernel, 1, MOST3.kernel, [1, 1])).map(
        (value, axis) => Math.min(value, mostKernel(size2[axis], padding[axis], dilation[axis]))
      );
      const channels = pair(state.channels, 1, MOST3.channels, [1, 1]);
      const groups = oneOf(whole(state.groups, 1, MOST3.channels, 1), divisors(channels));
      const legal = { size: size2, kernel, stride, padding, dilation, linked, mode, channels, groups };
      return {
        ...legal,
        look: oneOf(state.look, ["output", "input"]),
        at: place(state.at, outSize(legal)),
        seen: place(state.seen, size2)
      };
    },
    frames(state) {
      const [rows, columns] = outSize(state);
      return {
        count: rows * columns,
        now: state.at[0] * columns + state.at[1],
        go: (frame2) => ({ at: [Math.floor(frame2 / columns), frame2 % columns], look: "output" })
      };
    },
    controls(state) {
      return [
        ...["size", "kernel", "stride", "padding", "dilation"].flatMap((key) => sliders(state, key)),
        {
          kind: "flag",
          label: "Rows and columns alike",
          value: state.linked,
          change: (linked) => ({ linked })
        },
        {
          kind: "choice",
          label: "Padding with",
          value: state.mode,
          options: MODES.map((mode) => [mode, mode]),
          change: (mode) => ({ mode })
        },
        ...[0, 1].map((side) => ({
          kind: "number",
          label: ["Channels in", "Channels out"][side],
          value: state.channels[side],
          low: 1,
          high: MOST3.channels,
          change: (value) => ({ channels: state.channels.map((old, each2) => each2 === side ? value : old) })
        })),
        {
          kind: "choice",
          label: "Groups",
          value: String(state.groups),
          options: divisors(state.channels).map((groups) => [String(groups), String(groups)]),
          change: (groups) => ({ groups: Number(groups) })
        }
      ];
    },
    view(state, given) {
      const { kernel, stride, dilation, at } = state;
      const padded = pad(image(state), state.padding, state.mode);
      const y = correlate(padded, ones(kernel), stride, dilation);
      const out = shape(y);
      const readBy = readers(state, out);
      const shown2 = state.look === "output" ? windowOf(state, at) : [frameOf(state, state.seen)];
      const inWindow = (i, j) => shown2.some((place3) => place3[0] === i && place3[1] === j);
      const reading = state.look === "input" ? readBy(frameOf(state, state.seen)) : [];
      const panels = [
        {
          kind: "grid",
          id: "x",
          title: state.padding.some(Boolean) ? "input with its padding" : "input",
          rows: cells(padded, (i, j) => [
            ...isInside(state, [i, j]) ? [] : ["padding"],
            ...inWindow(i, j) ? ["window"] : readBy([i, j]).length ? [] : ["unread"]
          ]),
          cursor: frameOf(state, state.seen),
          move: (i, j) => ({
            seen: [i - state.padding[0], j - state.padding[1]].map((value) => Math.max(value, 0)),
            look: "input"
          })
        },
        {
          kind: "grid",
          id: "y",
          title: "output, all weights 1",
          rows: cells(
            y,
            (i, j) => state.look === "input" ? reading.some((place3) => place3[0] === i && place3[1] === j) ? ["window"] : [] : i === at[0] && j === at[1] ? ["current"] : []
          ),
          cursor: at,
          move: (i, j) => ({ at: [i, j], look: "output" }),
          secret: true,
          covered: true
        }
      ];
      const student = studentPanel(given, state, y, at, () => mistakes2(state), RUN_KEYS2);
      if (student.panel) panels.push({ ...student.panel, covered: true });
      panels.push(channelPanel(state));
      const parameters = state.channels[1] * (state.channels[0] / state.groups * kernel[0] * kernel[1] + 1);
      const adds = (parameters - state.channels[1]) * out[0] * out[1];
      return {
        title: description6.title,
        panels,
        formula: [formula(state, ["?", "?"], ""), formula(state, out, costs2(parameters, adds))],
        sentence: `A ${kernel.join(" \xD7 ")} kernel with stride ${words2(stride)}, padding ${words2(state.padding)} and dilation ${words2(dilation)} on ${state.size.join(" \xD7 ")} inputs.`,
        result: `${out.join(" \xD7 ")} outputs. ${state.look === "output" ? outputWords(state, padded, y) : inputWords(state, reading)}`,
        student: student.sentence,
        question: { text: `How many rows \xD7 columns of outputs does ${setting(state)} give?`, answer: out.join(" \xD7 ") },
        code: code5(state)
      };
    }
  };
  var padding_stride_default = demo(description6);
  var RUN_KEYS2 = ["size", "kernel", "stride", "padding", "dilation", "mode"];
  var words2 = ([rows, columns]) => rows === columns ? String(rows) : `${rows} and ${columns}`;
  var ones = ([rows, columns]) => matrix(rows, columns, () => 1);
  var image = ({ size: size2 }) => matrix(size2[0], size2[1], (i, j) => (i * size2[1] + j) % 10);
  var outSize = (s) => [0, 1].map((a) => outputSize(s.size[a], s.kernel[a], s.stride[a], s.padding[a], s.dilation[a]));
  var mostKernel = (size2, padding, dilation) => Math.floor((size2 + 2 * padding - 1) / dilation) + 1;
  var mostPadding = (size2, mode) => ({ zeros: Infinity, replicate: Infinity, reflect: size2 - 1, circular: size2 })[mode];
  var divisors = ([inputs, outputs2]) => Array.from({ length: MOST3.channels }, (_, i) => i + 1).filter((d) => inputs % d === 0 && outputs2 % d === 0);
  var frameOf = ({ padding }, [row, column]) => [row + padding[0], column + padding[1]];
  var isInside = ({ size: size2, padding }, [i, j]) => i >= padding[0] && i < size2[0] + padding[0] && j >= padding[1] && j < size2[1] + padding[1];
  var windowOf = ({ kernel, stride, dilation }, at) => taps(kernel, at, stride, dilation).map(({ i, j }) => [i, j]);
  var setting = ({ size: size2, kernel, stride, padding, dilation }) => `${size2.join(" \xD7 ")}, K ${words2(kernel)}, S ${words2(stride)}, P ${words2(padding)}, D ${words2(dilation)}`;
  function sliders(state, key) {
    const label = { size: "Input", kernel: "Kernel", stride: "Stride", padding: "Padding", dilation: "Dilation" }[key];
    return (state.linked ? [0] : [0, 1]).map((axis) => {
      const room = state.size[axis] + 2 * state.padding[axis];
      const high = {
        size: MOST3.size,
        kernel: Math.min(MOST3.kernel, mostKernel(state.size[axis], state.padding[axis], state.dilation[axis])),
        stride: MOST3.stride,
        padding: Math.min(MOST3.padding, mostPadding(state.size[axis], state.mode)),
        dilation: state.kernel[axis] === 1 ? MOST3.dilation : Math.min(MOST3.dilation, Math.floor((room - 1) / (state.kernel[axis] - 1)))
      }[key];
      return {
        kind: "number",
        label: state.linked ? label : `${label}, ${AXES4[axis]}`,
        value: state[key][axis],
        low: low(state, key, axis),
        high,
        change: (value) => ({ [key]: state.linked ? [value, value] : changed([state[key]], 0, axis, value)[0] })
      };
    });
  }
  function low({ size: size2, kernel, padding, dilation, mode }, key, axis) {
    const extent = dilation[axis] * (kernel[axis] - 1) + 1;
    const least = mode === "reflect" ? padding[axis] + 1 : mode === "circular" ? Math.max(padding[axis], 1) : 1;
    if (key === "size") return Math.max(least, extent - 2 * padding[axis]);
    if (key === "padding") return Math.max(0, Math.ceil((extent - size2[axis]) / 2));
    return 1;
  }
  function readers(state, [rows, columns]) {
    const by = /* @__PURE__ */ new Map();
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (const [i, j] of windowOf(state, [row, column])) {
          const key = `${i},${j}`;
          by.set(key, [...by.get(key) ?? [], [row, column]]);
        }
    return ([i, j]) => by.get(`${i},${j}`) ?? [];
  }
  function channelPanel({ channels: [inputs, outputs2], groups }) {
    const reads2 = (o, c) => Math.floor(o * groups / outputs2) === Math.floor(c * groups / inputs);
    return {
      kind: "grid",
      id: "channels",
      title: "filters (rows) read channels (columns)",
      rows: matrix(outputs2, inputs, (o, c) => ({
        text: reads2(o, c) ? "\u25CF" : "",
        marks: reads2(o, c) ? [groupMark(Math.floor(o * groups / outputs2))] : []
      }))
    };
  }
  function formula({ size: size2, kernel, stride, padding, dilation }, out, more) {
    const line = (a) => `${AXES4[a]}: \u230A(${size2[a]} + 2\xB7${padding[a]} \u2212 ${dilation[a]}\xB7(${kernel[a]} \u2212 1) \u2212 1) / ${stride[a]}\u230B + 1 = ${out[a]}`;
    return `outputs = \u230A(N + 2P \u2212 D(K \u2212 1) \u2212 1) / S\u230B + 1
${line(0)}
${line(1)}${more}`;
  }
  var costs2 = (parameters, adds) => `
${count(parameters, "parameter")} with biases, ${count(adds, "multiply-add")}`;
  function outputWords(state, padded, y) {
    const values2 = windowOf(state, state.at).map(([i, j]) => format(padded[i][j]));
    return `y[${state.at.join(", ")}] = ${values2.join(" + ")} = ${format(y[state.at[0]][state.at[1]])}.`;
  }
  var inputWords = ({ seen: seen2 }, reading) => reading.length ? `Input [${seen2.join(", ")}] is read by ${count(reading.length, "output")}: ${reading.map((place3) => `[${place3.join(", ")}]`).join(" ")}.` : `Input [${seen2.join(", ")}] is read by no output.`;
  function mistakes2(state) {
    const swap = ([rows, columns]) => [columns, rows];
    const variants = [
      ["a stride that is ignored", { stride: [1, 1] }],
      ["a padding that is ignored", { padding: [0, 0] }],
      ["a dilation that is ignored", { dilation: [1, 1] }],
      ["a stride whose rows and columns are exchanged", { stride: swap(state.stride) }],
      ["a padding whose rows and columns are exchanged", { padding: swap(state.padding) }],
      ["a dilation whose rows and columns are exchanged", { dilation: swap(state.dilation) }],
      ["a dilation counted as the zeros between", { dilation: state.dilation.map((d) => d + 1) }]
    ];
    return variants.map(([name, change]) => [name, { ...state, ...change }]).filter(([, s]) => !sameSetting(s, state, RUN_KEYS2) && outSize(s).every(Boolean)).map(([name, s]) => [name, convolve([image(s)], [[ones(s.kernel)]], [0], { ...s, groups: 1 })[0]]);
  }
  function code5({ size: size2, kernel, stride, padding, dilation, mode, channels, groups, at }) {
    const tuple = (value) => `(${value.join(", ")})`;
    const ends = at.map((a, axis) => a * stride[axis]);
    const slice = (axis) => `${ends[axis]}:${ends[axis] + dilation[axis] * (kernel[axis] - 1) + 1}${dilation[axis] > 1 ? `:${dilation[axis]}` : ""}`;
    return [
      [
        "torch",
        `layer = nn.Conv2d(${channels[0]}, ${channels[1]}, kernel_size=${tuple(kernel)}, stride=${tuple(stride)}, padding=${tuple(padding)}, dilation=${tuple(dilation)}, groups=${groups}, padding_mode="${mode}")
y = layer(torch.randn(1, ${channels[0]}, ${size2.join(", ")}))`
      ],
      ["numpy", `# the output at this place; padded is x with its padding
padded[${slice(0)}, ${slice(1)}].sum()`]
    ];
  }

  // js/pooling.mjs
  var pooling_exports = {};
  __export(pooling_exports, {
    default: () => pooling_default,
    description: () => description7
  });

  // js/core/pool.mjs
  function pool2(x, kind, kernel, stride) {
    const [rows, columns] = [0, 1].map((axis) => outputSize(shape(x)[axis], kernel, stride));
    return matrix(rows, columns, (row, column) => {
      const values2 = taps([kernel, kernel], [row, column], [stride, stride]).map(({ i, j }) => x[i][j]);
      return kind === "max" ? Math.max(...values2) : values2.reduce((a, b) => a + b) / values2.length;
    });
  }
  function roll(x, [down, right]) {
    const [rows, columns] = shape(x);
    const back = (index, size2) => (index % size2 + size2) % size2;
    return matrix(rows, columns, (i, j) => x[back(i - down, rows)][back(j - right, columns)]);
  }
  function relativeDistance(a, b) {
    const length = (values2) => Math.hypot(...values2);
    const size2 = length(b.flat());
    return size2 ? length(a.flat().map((value, at) => value - b.flat()[at])) / size2 : null;
  }

  // js/pooling.mjs
  var X = [
    [0, 1, 0, 2, 0, 0, 1, 0],
    [0, 9, 8, 3, 0, 1, 0, 2],
    [1, 7, 9, 6, 2, 0, 0, 0],
    [0, 2, 5, 9, 8, 1, 0, 1],
    [0, 0, 1, 6, 9, 7, 2, 0],
    [2, 0, 0, 1, 5, 9, 4, 0],
    [0, 1, 0, 0, 2, 3, 1, 0],
    [0, 0, 2, 0, 0, 1, 0, 3]
  ];
  var MOST4 = 10;
  var FARTHEST2 = 4;
  var description7 = {
    name: "pooling",
    title: "Pooling, and what a shift does to it",
    defaults: { x: X, operation: "max", kernel: 2, stride: 2, shift: [0, 0], at: [0, 0] },
    settle(state) {
      const x = matrixOf(state.x, MOST4, X);
      const side = Math.min(...shape(x));
      const kernel = whole(state.kernel, 1, Math.min(4, side), Math.min(2, side));
      const stride = whole(state.stride, 1, 4, 2);
      const operation = oneOf(state.operation, ["max", "mean"]);
      const at = place(state.at, shape(pool2(x, operation, kernel, stride)));
      return { x, operation, kernel, stride, shift: pair(state.shift, -FARTHEST2, FARTHEST2, [0, 0]), at };
    },
    frames(state) {
      const [rows, columns] = shape(pooled(state));
      return {
        count: rows * columns,
        now: state.at[0] * columns + state.at[1],
        go: (frame2) => ({ at: [Math.floor(frame2 / columns), frame2 % columns] })
      };
    },
    controls(state) {
      const shift = (axis, label) => ({
        kind: "number",
        label,
        value: state.shift[axis],
        text: format(state.shift[axis]),
        low: -FARTHEST2,
        high: FARTHEST2,
        change: (value) => ({ shift: state.shift.map((old, each2) => each2 === axis ? value : old) })
      });
      return [
        {
          kind: "choice",
          label: "Take the",
          value: state.operation,
          options: [
            ["max", "largest"],
            ["mean", "mean"]
          ],
          change: (operation) => ({ operation })
        },
        { kind: "number", label: "Window", value: state.kernel, low: 1, high: Math.min(4, ...shape(state.x)), change: (kernel) => ({ kernel }) },
        { kind: "number", label: "Stride", value: state.stride, low: 1, high: 4, change: (stride) => ({ stride }) },
        shift(0, "Shift down"),
        shift(1, "Shift right")
      ];
    },
    view(state, given) {
      const { operation, kernel, stride, at } = state;
      const x = roll(state.x, state.shift);
      const [y, before] = [pool2(x, operation, kernel, stride), pooled({ ...state, shift: [0, 0] })];
      const window2 = taps([kernel, kernel], at, [stride, stride]);
      const values2 = window2.map(({ i, j }) => x[i][j]);
      const now = y[at[0]][at[1]];
      const under = (i, j) => window2.some((tap) => tap.i === i && tap.j === j);
      const isTaken = (i, j) => operation === "max" && under(i, j) && x[i][j] === now;
      const moved2 = state.shift.some(Boolean);
      const here = (i, j) => i === at[0] && j === at[1];
      const panels = [
        {
          kind: "grid",
          id: "x",
          title: moved2 ? "image, shifted" : "image",
          rows: cells(x, (i, j) => isTaken(i, j) ? ["current"] : under(i, j) ? ["window"] : []),
          edit: (i, j, value) => ({ x: roll(changed(x, i, j, value), state.shift.map((step2) => -step2)) })
        },
        {
          kind: "grid",
          id: "y",
          title: moved2 ? "pooled after the shift" : "pooled",
          rows: cells(y, (i, j) => here(i, j) ? ["current"] : []),
          cursor: at,
          move: (i, j) => ({ at: [i, j] }),
          secret: true
        },
        {
          kind: "grid",
          id: "before",
          title: "pooled before the shift",
          rows: cells(before, (i, j) => y[i][j] === before[i][j] ? [] : ["window"]),
          secret: true
        }
      ];
      const student = studentPanel(given, state, y, at, () => mistakes3(x, state), ["x", "operation", "kernel", "stride", "shift"]);
      if (student.panel) panels.push(student.panel);
      return {
        title: description7.title,
        panels,
        sentence: `Windows of ${kernel} \xD7 ${kernel}, ${stride} apart; the image is shifted by ${format(state.shift[0])} down and ${format(state.shift[1])} right, and what leaves comes in again.`,
        result: `y[${at.join(", ")}] is the ${operation === "max" ? "largest" : "mean"} of ${values2.map(format).join(", ")}: ${format(now)}. ${shiftWords(x, state, y, before)}`,
        student: student.sentence,
        question: { text: `What is y[${at.join(", ")}]?`, answer: now },
        code: code6(state)
      };
    }
  };
  var pooling_default = demo(description7);
  var pooled = ({ x, operation, kernel, stride, shift }) => pool2(roll(x, shift), operation, kernel, stride);
  function shiftWords(x, { x: still, shift }, y, before) {
    if (!shift.some(Boolean)) return "Shift the image to see what changes.";
    const percent2 = (share) => share === null ? "by no share, being 0" : `by ${format(100 * share)} %`;
    const different = y.flat().filter((value, at) => value !== before.flat()[at]).length;
    return `The shift changes ${different} of ${y.flat().length} outputs (framed): the pooled image ${percent2(relativeDistance(y, before))}, the image itself ${percent2(relativeDistance(x, still))}.`;
  }
  function mistakes3(x, { operation, kernel, stride }) {
    const y = pool2(x, operation, kernel, stride);
    const other = operation === "max" ? "mean" : "max";
    const negative = x.map((row) => row.map((value) => -value));
    const all = [
      [`the ${other} instead of the ${operation === "max" ? "largest" : "mean"}`, pool2(x, other, kernel, stride)],
      ...stride === kernel ? [] : [["windows as far apart as they are wide", pool2(x, operation, kernel, kernel)]],
      ...stride === 1 ? [] : [["a stride that is ignored", pool2(x, operation, kernel, 1)]],
      ["a range that ends one window too early", y.slice(0, -1).map((row) => row.slice(0, -1))],
      operation === "max" ? ["the smallest instead of the largest", pool2(negative, "max", kernel, stride).map((row) => row.map((value) => -value))] : ["a sum that is not divided", y.map((row) => row.map((value) => value * kernel * kernel))]
    ];
    return all.filter(([, numbers]) => numbers[0]?.length);
  }
  function code6({ x, operation, kernel, stride, shift, at }) {
    const [top2, left] = at.map((index) => index * stride);
    const moved2 = shift.some(Boolean) ? `x = x.roll((${shift.join(", ")}), dims=(0, 1))
` : "";
    return [
      [
        "torch",
        `x = torch.tensor(${matrixLiteral(x)}, dtype=torch.float64)
${moved2}y = F.${operation === "max" ? "max" : "avg"}_pool2d(x[None], kernel_size=${kernel}, stride=${stride})[0]`
      ],
      ["numpy", `# the number at this place
x[${top2}:${top2 + kernel}, ${left}:${left + kernel}].${operation}()`]
    ];
  }

  // js/receptive_field.mjs
  var receptive_field_exports = {};
  __export(receptive_field_exports, {
    default: () => receptive_field_default,
    description: () => description8
  });

  // js/core/field.mjs
  var paddingOf = ([kernel, , dilation], padded) => padded ? Math.floor(dilation * (kernel - 1) / 2) : 0;
  var outputs = (size2, layer, padded) => outputSize(size2, layer[0], layer[1], paddingOf(layer, padded), layer[2]);
  var sizesOf2 = (size2, layers, padded) => layers.reduce((sizes, layer) => [...sizes, outputs(sizes.at(-1), layer, padded)], [size2]);
  function fitted(size2, [kernel, stride, dilation], padded) {
    let fits2 = kernel;
    while (fits2 > 1 && !outputs(size2, [fits2, stride, dilation], padded)) fits2 -= 1;
    return [fits2, stride, dilation];
  }
  var fieldsOf = (layers, padded) => layers.reduce(
    (all, layer) => {
      const { field, jump, start } = all.at(-1);
      const [kernel, stride, dilation] = layer;
      return [
        ...all,
        {
          field: field + dilation * (kernel - 1) * jump,
          jump: jump * stride,
          start: start - paddingOf(layer, padded) * jump
        }
      ];
    },
    [{ field: 1, jump: 1, start: 0 }]
  );
  function reads(unit, layer, sizeBelow, padded) {
    const [kernel, stride, dilation] = layer;
    return Array.from({ length: kernel }, (_, p) => unit * stride + p * dilation - paddingOf(layer, padded)).filter(
      (place3) => place3 >= 0 && place3 < sizeBelow
    );
  }
  function pathsTo([level, unit], size2, layers, padded) {
    const sizes = sizesOf2(size2, layers, padded);
    return Array.from({ length: size2 }, (_, input) => {
      let flow = Array.from({ length: size2 }, (_2, place3) => Number(place3 === input));
      for (let l = 0; l < level; l++) {
        const below = flow;
        flow = Array.from(
          { length: sizes[l + 1] },
          (_2, place3) => reads(place3, layers[l], sizes[l], padded).reduce((sum2, each2) => sum2 + below[each2], 0)
        );
      }
      return flow[unit];
    });
  }
  function coneOf([level, unit], size2, layers, padded) {
    const sizes = sizesOf2(size2, layers, padded);
    const cone = sizes.map(() => /* @__PURE__ */ new Set());
    cone[level].add(unit);
    for (let l = level; l > 0; l--)
      for (const place3 of cone[l]) for (const below of reads(place3, layers[l - 1], sizes[l - 1], padded)) cone[l - 1].add(below);
    for (let l = level; l < layers.length; l++)
      for (let place3 = 0; place3 < sizes[l + 1]; place3++)
        if (reads(place3, layers[l], sizes[l], padded).some((below) => cone[l].has(below))) cone[l + 1].add(place3);
    return cone;
  }

  // js/core/pyramid.mjs
  var [UNIT, LEVEL, LEFT, SIDE3] = [24, 56, 66, 18];
  function pyramid(size2, layers, padded, at, cone, texts) {
    const sizes = sizesOf2(size2, layers, padded);
    const fields = fieldsOf(layers, padded);
    const x = (level, unit) => {
      const { field, jump, start } = fields[level];
      return LEFT + UNIT * (start + unit * jump + field / 2);
    };
    const y = (level) => 14 + LEVEL * (layers.length - level);
    const role = (level) => level < at[0] ? "sees" : level > at[0] ? "seen" : "current";
    const links = [[], []];
    const units = [];
    sizes.forEach((count2, level) => {
      units.push(`<text class="axis" x="0" y="${y(level) + 13}">${level ? `layer ${level}` : "input"}</text>`);
      for (let unit = 0; unit < count2; unit++) {
        const inCone = cone[level].has(unit);
        const left = x(level, unit) - SIDE3 / 2;
        const below = level ? reads(unit, layers[level - 1], sizes[level - 1], padded) : [];
        for (const each2 of below) {
          const lit = inCone && cone[level - 1].has(each2);
          const kind = lit ? ` ${level <= at[0] ? "sees" : "seen"}` : "";
          links[Number(lit)].push(
            `<line class="link${kind}" x1="${x(level, unit).toFixed(1)}" y1="${y(level) + SIDE3}" x2="${x(level - 1, each2).toFixed(1)}" y2="${y(level - 1)}"/>`
          );
        }
        units.push(
          `<rect class="unit${inCone ? ` ${role(level)}` : ""}" data-row="${level}" data-column="${unit}" x="${left.toFixed(1)}" y="${y(level)}" width="${SIDE3}" height="${SIDE3}"/>`
        );
        if (!level && texts[unit])
          units.push(`<text class="axis" x="${x(0, unit).toFixed(1)}" y="${y(0) + 32}" text-anchor="middle">${escape(texts[unit])}</text>`);
      }
    });
    return { width: LEFT + UNIT * size2 + 10, height: y(0) + 40, markup: [...links.flat(), ...units].join("") };
  }

  // js/receptive_field.mjs
  var MOST5 = { layers: 5, size: 24, kernel: 5, stride: 3, dilation: 4 };
  var PLAIN = [[3, 1, 1], [3, 1, 1], [3, 1, 1]];
  var PRESETS4 = {
    plain: ["three of kernel 3", PLAIN],
    five: ["one of kernel 5", [[5, 1, 1]]],
    first: ["stride 2 first", [[3, 2, 1], [3, 1, 1], [3, 1, 1]]],
    last: ["stride 2 last", [[3, 1, 1], [3, 1, 1], [3, 2, 1]]],
    all: ["stride 2 everywhere", [[3, 2, 1], [3, 2, 1], [3, 2, 1]]],
    dilated: ["dilation 1, 2, 4", [[3, 1, 1], [3, 1, 2], [3, 1, 4]]],
    pooled: ["convolution 3 and pooling 2, twice", [[3, 1, 1], [2, 2, 1], [3, 1, 1], [2, 2, 1]]]
  };
  var description8 = {
    name: "receptive_field",
    title: "What a unit sees, through a stack of layers",
    defaults: { layers: PLAIN, size: 15, padded: true, edit: 1, at: [3, 7] },
    settle(state) {
      const padded = state.padded !== false;
      const size2 = whole(state.size, 1, MOST5.size, 15);
      const asked = Array.isArray(state.layers) && state.layers.every(Array.isArray) && state.layers.length ? state.layers : PLAIN;
      const layers = [];
      for (const [kernel, stride, dilation] of asked.slice(0, MOST5.layers)) {
        const layer = [whole(kernel, 1, MOST5.kernel, 1), whole(stride, 1, MOST5.stride, 1), whole(dilation, 1, MOST5.dilation, 1)];
        layers.push(fitted(sizesOf2(size2, layers, padded).at(-1), layer, padded));
      }
      const sizes = sizesOf2(size2, layers, padded);
      const [level, unit] = place(state.at, [sizes.length, Infinity]);
      return { layers, size: size2, padded, edit: whole(state.edit, 1, layers.length, 1), at: [level, Math.min(unit, sizes[level] - 1)] };
    },
    frames(state) {
      const [level, unit] = state.at;
      return { count: levels(state)[level], now: unit, go: (frame2) => ({ at: [level, frame2] }) };
    },
    controls(state) {
      const { layers, size: size2, padded, edit } = state;
      const preset2 = Object.keys(PRESETS4).find((name) => JSON.stringify(PRESETS4[name][1]) === JSON.stringify(layers));
      const own = preset2 ? [] : [["", "your own"]];
      const mine = layers[edit - 1];
      const widest2 = fitted(levels(state)[edit - 1], [MOST5.kernel, mine[1], mine[2]], padded)[0];
      const part = (index, label, high) => ({
        kind: "number",
        label,
        value: mine[index],
        low: 1,
        high,
        change: (value) => ({ layers: layers.map((layer, each2) => each2 === edit - 1 ? layer.map((old, i) => i === index ? value : old) : layer) })
      });
      return [
        {
          kind: "choice",
          label: "Stack",
          value: preset2 ?? "",
          options: [...own, ...Object.entries(PRESETS4).map(([name, [words4]]) => [name, words4])],
          change: (name) => name ? { layers: PRESETS4[name][1], at: top(state, PRESETS4[name][1]) } : {}
        },
        { kind: "number", label: "Inputs", value: size2, low: 1, high: MOST5.size, change: (value) => ({ size: value }) },
        {
          kind: "number",
          label: "Layers",
          value: layers.length,
          low: 1,
          high: MOST5.layers,
          change: (value) => {
            const next = Array.from({ length: value }, (_, index) => layers[index] ?? [3, 1, 1]);
            return { layers: next, at: top(state, next) };
          }
        },
        { kind: "flag", label: "Padding", value: padded, change: (now) => ({ padded: now }) },
        { kind: "number", label: "Layer to change", value: edit, low: 1, high: layers.length, change: (value) => ({ edit: value }) },
        part(0, "Its kernel", widest2),
        part(1, "Its stride", MOST5.stride),
        part(2, "Its dilation", MOST5.dilation)
      ];
    },
    view(state, given) {
      const { layers, size: size2, padded, at } = state;
      const [level, unit] = at;
      const fields = fieldsOf(layers, padded);
      const cone = coneOf(at, size2, layers, padded);
      const paths = pathsTo(at, size2, layers, padded);
      const seen2 = paths.filter(Boolean).length;
      const { field, jump, start } = fields[level];
      const first = start + unit * jump;
      const above = cone.slice(level + 1).map((units, index) => `${units.size} of layer ${level + 1 + index}`);
      const right = [[fields.at(-1).field]];
      const student = studentPanel(given, state, right, [-1, -1], () => mistakes4(state), ["layers"]);
      return {
        title: description8.title,
        panels: [
          {
            kind: "chart",
            id: "stack",
            title: "each unit above what it sees; below the inputs, their paths to the chosen unit",
            words: `unit ${unit} of ${nameOf(level)} is chosen`,
            chart: pyramid(size2, layers, padded, at, cone, paths.map((number2) => number2 ? String(number2) : "")),
            cursor: at,
            move: (row, column) => ({ at: [row, column] }),
            step: (up, along) => ({ at: up ? beside(state, level + up) : [level, unit + along] }),
            secret: true
          },
          ...student.panel ? [{ ...student.panel, move: void 0, cursor: void 0 }] : []
        ],
        formula: [formula2(state, fields, true), formula2(state, fields, false)],
        sentence: `${count(layers.length, "layer")}, ${levels(state).join(" \u2192 ")} units; chosen is unit ${unit} of ${nameOf(level)}.`,
        result: `In theory it sees ${count(field, "input")}, from ${format(first)} to ${format(first + field - 1)}. Measured: ${seen2} of the ${size2} inputs ${seen2 === 1 ? "changes" : "change"} it${lost(field, seen2, state)}, ${pathWords(paths)}. ` + (above.length ? `It is seen by ${above.join(", ")}.` : "No layer follows."),
        student: student.sentence,
        question: { text: `How many inputs does one unit of the last layer see, in theory, behind ${layers.map(words3).join(", then ")}?`, answer: fields.at(-1).field },
        code: code7(state)
      };
    }
  };
  var receptive_field_default = demo(description8);
  var levels = ({ size: size2, layers, padded }) => sizesOf2(size2, layers, padded);
  var nameOf = (level) => level ? `layer ${level}` : "the input";
  var words3 = ([kernel, stride, dilation]) => `kernel ${kernel}${stride > 1 ? ` stride ${stride}` : ""}${dilation > 1 ? ` dilation ${dilation}` : ""}`;
  function top({ size: size2, padded }, layers) {
    const { layers: legal } = description8.settle({ size: size2, padded, layers });
    return [legal.length, Math.floor(sizesOf2(size2, legal, padded).at(-1) / 2)];
  }
  function beside(state, level) {
    if (level < 0 || level > state.layers.length) return state.at;
    const fields = fieldsOf(state.layers, state.padded);
    const middle = (l, unit) => fields[l].start + unit * fields[l].jump + fields[l].field / 2;
    const wanted = middle(state.at[0], state.at[1]);
    const all = Array.from({ length: levels(state)[level] }, (_, unit) => unit);
    const distance = (unit) => Math.abs(middle(level, unit) - wanted);
    return [level, all.reduce((best, unit) => distance(unit) < distance(best) ? unit : best)];
  }
  function formula2({ layers }, fields, hidden) {
    return layers.map(([kernel, stride, dilation], index) => {
      const [before, after] = [fields[index], fields[index + 1]];
      const wide = dilation > 1 ? `\xB7${dilation}` : "";
      const numbers = hidden ? ["?", "?", "?", "?"] : [before.field, before.jump, after.field, after.jump];
      return `layer ${index + 1}: field ${numbers[0]} + (${kernel} \u2212 1)${wide}\xB7${numbers[1]} = ${numbers[2]}, jump ${numbers[1]}\xB7${stride} = ${numbers[3]}`;
    }).join("\n");
  }
  function lost(field, seen2, { padded, layers }) {
    if (seen2 === field) return "";
    const gaps = layers.some(([kernel, stride, dilation]) => dilation > 1 || stride > kernel);
    return padded ? ` (the rest lies in the padding${gaps ? " or between its taps" : ""})` : " (the rest lies between its taps)";
  }
  function pathWords(paths) {
    const some = paths.filter(Boolean);
    if (!some.length) return "since no path leads to it";
    const [least, most] = [Math.min(...some), Math.max(...some)];
    return least === most ? `by ${count(most, "path")} each` : `by ${least} to ${most} paths each`;
  }
  function mistakes4({ layers }) {
    const fold = (step2) => [[layers.reduce(([field, jump], [kernel, stride]) => step2(field, jump, kernel, stride), [1, 1])[0]]];
    return [
      ["strides that are ignored", fold((f, j, k) => [f + k - 1, 1])],
      ["a stride that widens its own layer's kernel", fold((f, j, k, s) => [f + (k - 1) * j * s, j * s])],
      ["kernels that are multiplied", fold((f, j, k) => [f * k, 1])],
      ["kernels added up whole, without the \u2212 1", fold((f, j, k, s) => [f + k * j, j * s])],
      ["the field in the layer before, not in the input", [[layers.at(-1)[0]]]]
    ];
  }
  function code7({ layers, size: size2, padded, at: [level, unit] }) {
    const lines = layers.map(
      (layer) => `    nn.Conv1d(1, 1, ${layer[0]}, stride=${layer[1]}, padding=${paddingOf(layer, padded)}, dilation=${layer[2]}, bias=False),`
    );
    const terms = layers.slice(0, level).map(([kernel, , dilation], index) => {
      const jumps = layers.slice(0, index).map(([, stride]) => stride);
      return ` + (${kernel} - 1) * ${[dilation, ...jumps].join(" * ")}`;
    });
    return [
      [
        "torch",
        `layers = nn.Sequential(
${lines.join("\n")}
)
for layer in layers:
    nn.init.ones_(layer.weight)
x = torch.ones(1, 1, ${size2}, requires_grad=True)
layers[:${level}](x)[0, 0, ${unit}].backward()
x.grad  # the paths from each input`
      ],
      ["numpy", `# the field: for each layer (kernel - 1), times its dilation and the strides before it
1${terms.join("")}`]
    ];
  }

  // js/sliding_kernel.mjs
  var sliding_kernel_exports = {};
  __export(sliding_kernel_exports, {
    default: () => sliding_kernel_default,
    description: () => description9
  });
  var X2 = [
    [0, 80, 40],
    [20, 40, 0],
    [0, 0, 40]
  ];
  var K = [
    [0, 0.25],
    [0.5, 1]
  ];
  var MOST6 = 12;
  var PRESETS5 = {
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
  var description9 = {
    name: "sliding_kernel",
    title: "A kernel slides over an image",
    defaults: { x: X2, k: K, bias: 0, flip: false, at: [0, 0] },
    settle(state) {
      const x = matrixOf(state.x, MOST6, X2);
      let k = matrixOf(state.k, MOST6, K);
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
        go: (frame2) => ({ at: [Math.floor(frame2 / columns), frame2 % columns] })
      };
    },
    controls(state) {
      const preset2 = Object.keys(KERNELS).find((name) => same(KERNELS[name], state.k)) ?? "";
      const fitting = Object.entries(PRESETS5).filter(
        ([name]) => name === preset2 || name && fits(KERNELS[name], state.x)
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
          value: preset2,
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
      const window2 = taps(shape(used), state.at);
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
      const student = studentPanel(given, state, y, state.at, () => mistakes5(state, y), ["x", "k", "bias", "flip"]);
      if (student.panel) panels.push(student.panel);
      const sum2 = window2.map(({ i, j, p, q }) => `${parens2(state.x[i][j])}\xB7${parens2(used[p][q])}`).join(" + ");
      const plus = state.bias ? ` + ${format(state.bias)} (bias)` : "";
      return {
        title: description9.title,
        panels,
        sentence: `The ${state.flip ? "turned " : ""}kernel lies on rows ${row} to ${row + used.length - 1} and columns ${column} to ${column + used[0].length - 1} of x.`,
        result: `y[${row}, ${column}] = ${sum2}${plus} = ${format(y[row][column])}.`,
        student: student.sentence,
        question: { text: `What is y[${row}, ${column}]?`, answer: y[row][column] },
        code: code8(state)
      };
    }
  };
  var sliding_kernel_default = demo(description9);
  var fits = (k, x) => k.length <= x.length && k[0].length <= x[0].length;
  var same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  var parens2 = (value) => value < 0 ? `(${format(value)})` : format(value);
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
  function mistakes5({ x, k, bias, flip }, y) {
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
  function code8({ x, k, bias, flip, at: [row, column] }) {
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

  // js/training_race.mjs
  var training_race_exports = {};
  __export(training_race_exports, {
    default: () => training_race_default,
    description: () => description10
  });

  // js/core/random.mjs
  function normals(seed) {
    let state = seed >>> 0;
    const uniform = () => {
      state = Math.imul(state, 1664525) + 1013904223 >>> 0;
      return state / 2 ** 32;
    };
    return () => {
      let sum2 = -6;
      for (let i = 0; i < 12; i++) sum2 += uniform();
      return sum2;
    };
  }

  // js/core/race.mjs
  var WIDTH2 = 12;
  var [POINTS, BATCH] = [96, 32];
  var MOMENTUM = 0.1;
  function spirals() {
    const next = normals(7);
    const x = new Float64Array(2 * POINTS);
    const y = Array.from({ length: POINTS }, (_, n) => n % 2);
    for (let n = 0; n < POINTS; n++) {
      const turn = 29 * n % POINTS / POINTS;
      const angle = 4.5 * turn + 0.6 + Math.PI * y[n];
      const radius = 0.4 + 1.4 * turn;
      x[2 * n] = radius * Math.cos(angle) + 0.06 * next();
      x[2 * n + 1] = radius * Math.sin(angle) + 0.06 * next();
    }
    return { x, y };
  }
  function network({ depth, scale, seed, norm: norm2 }) {
    const next = normals(1e3 + seed);
    const sizes = [2, ...new Array(depth).fill(WIDTH2), 2];
    return sizes.slice(1).map((outputs2, index) => {
      const inputs = sizes[index];
      const deviation = scale * Math.sqrt(2 / inputs);
      const isHidden = index < depth;
      return {
        inputs,
        outputs: outputs2,
        isHidden,
        w: Float64Array.from({ length: outputs2 * inputs }, () => deviation * next()),
        b: new Float64Array(outputs2),
        norm: isHidden && norm2 ? { gamma: new Float64Array(outputs2).fill(1), beta: new Float64Array(outputs2), mean: new Float64Array(outputs2), variance: new Float64Array(outputs2).fill(1) } : null
      };
    });
  }
  function predict(layers, x) {
    return layers.reduce((flow, layer) => rectified(linear2(layer.norm ? folded(layer) : layer, flow), layer), x);
  }
  function folded(layer) {
    const { gamma, beta, mean: mean2, variance } = layer.norm;
    const scale = gamma.map((value, c) => value / Math.sqrt(variance[c] + EPS));
    return {
      ...layer,
      w: layer.w.map((value, at) => value * scale[Math.floor(at / layer.inputs)]),
      b: layer.b.map((value, c) => (value - mean2[c]) * scale[c] + beta[c])
    };
  }
  function rectified(z, { isHidden }) {
    if (isHidden) {
      for (let at = 0; at < z.length; at++) if (z[at] < 0) z[at] = 0;
    }
    return z;
  }
  function trained(layers, x, y, rate) {
    const caches = [];
    let flow = x;
    for (const layer of layers) {
      const input = flow;
      const z = linear2(layer, input);
      const normal = layer.norm && normalised(z, layer);
      flow = rectified(normal ? normal.out : z, layer);
      caches.push({ input, out: flow, normal });
    }
    const { loss, gradient } = crossEntropy(flow, y);
    let dy = gradient;
    const after = [...layers];
    for (let index = layers.length - 1; index >= 0; index--) {
      const layer = layers[index];
      const { input, out, normal } = caches[index];
      if (layer.isHidden) {
        for (let at = 0; at < dy.length; at++) if (!(out[at] > 0)) dy[at] = 0;
      }
      const norm2 = normal && backNorm(dy, layer, normal, rate);
      if (norm2) dy = norm2.dx;
      const { dw, db, dx } = backLinear(layer, input, dy);
      after[index] = { ...layer, w: stepped(layer.w, dw, rate), b: stepped(layer.b, db, rate), norm: norm2 ? norm2.after : null };
      dy = dx;
    }
    return { layers: after, loss };
  }
  function stepped(values2, gradient, rate) {
    const after = new Float64Array(values2.length);
    for (let at = 0; at < values2.length; at++) after[at] = values2[at] - rate * gradient[at];
    return after;
  }
  function linear2({ inputs, outputs: outputs2, w, b }, x) {
    const rows = x.length / inputs;
    const z = new Float64Array(rows * outputs2);
    for (let n = 0, to = 0, from = 0; n < rows; n++, from += inputs)
      for (let o = 0, at = 0; o < outputs2; o++) {
        let sum2 = b[o];
        for (let i = 0; i < inputs; i++) sum2 += w[at++] * x[from + i];
        z[to++] = sum2;
      }
    return z;
  }
  function backLinear({ inputs, outputs: outputs2, w }, x, dy) {
    const rows = x.length / inputs;
    const [dw, db, dx] = [new Float64Array(w.length), new Float64Array(outputs2), new Float64Array(x.length)];
    for (let n = 0, of = 0, from = 0; n < rows; n++, from += inputs)
      for (let o = 0; o < outputs2; o++) {
        const given = dy[of++];
        if (given === 0) continue;
        const start = o * inputs;
        db[o] += given;
        for (let i = 0; i < inputs; i++) {
          dw[start + i] += given * x[from + i];
          dx[from + i] += given * w[start + i];
        }
      }
    return { dw, db, dx };
  }
  function normalised(z, { outputs: outputs2, norm: { gamma, beta } }) {
    const rows = z.length / outputs2;
    const [mean2, variance] = [new Float64Array(outputs2), new Float64Array(outputs2)];
    const [plain3, out] = [new Float64Array(z.length), new Float64Array(z.length)];
    for (let c = 0; c < outputs2; c++) {
      for (let at = c; at < z.length; at += outputs2) mean2[c] += z[at] / rows;
      for (let at = c; at < z.length; at += outputs2) variance[c] += (z[at] - mean2[c]) ** 2 / rows;
      const deviation = Math.sqrt(variance[c] + EPS);
      for (let at = c; at < z.length; at += outputs2) {
        plain3[at] = (z[at] - mean2[c]) / deviation;
        out[at] = gamma[c] * plain3[at] + beta[c];
      }
    }
    return { out, plain: plain3, mean: mean2, variance, rows };
  }
  function backNorm(dy, { outputs: outputs2, norm: norm2 }, { plain: plain3, mean: mean2, variance, rows }, rate) {
    const [dgamma, dbeta] = [new Float64Array(outputs2), new Float64Array(outputs2)];
    const dx = new Float64Array(dy.length);
    for (let c = 0; c < outputs2; c++) {
      for (let at = c; at < dy.length; at += outputs2) {
        dbeta[c] += dy[at];
        dgamma[c] += dy[at] * plain3[at];
      }
      const factor = norm2.gamma[c] / Math.sqrt(variance[c] + EPS);
      for (let at = c; at < dy.length; at += outputs2)
        dx[at] = factor * (dy[at] - dbeta[c] / rows - plain3[at] * dgamma[c] / rows);
    }
    const toward = (old, now) => old.map((value, c) => (1 - MOMENTUM) * value + MOMENTUM * now[c]);
    return {
      dx,
      after: {
        gamma: stepped(norm2.gamma, dgamma, rate),
        beta: stepped(norm2.beta, dbeta, rate),
        mean: toward(norm2.mean, mean2),
        variance: toward(norm2.variance, variance.map((value) => value * rows / (rows - 1)))
      }
    };
  }
  function crossEntropy(logits, y) {
    let loss = 0;
    const gradient = new Float64Array(logits.length);
    y.forEach((label, n) => {
      const [a, b] = [logits[2 * n], logits[2 * n + 1]];
      const most = Math.max(a, b);
      const total = most + Math.log(Math.exp(a - most) + Math.exp(b - most));
      loss += (total - logits[2 * n + label]) / y.length;
      for (const each2 of [0, 1]) gradient[2 * n + each2] = (Math.exp(logits[2 * n + each2] - total) - Number(each2 === label)) / y.length;
    });
    return { loss, gradient };
  }

  // js/training_race.mjs
  var STEPS2 = 120;
  var SIDE4 = 40;
  var REACH = 2.1;
  var HIGHEST = 3;
  var RATES = [3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3];
  var SCALES = [0.1, 0.3, 1, 3];
  var DATA = spirals();
  var description10 = {
    name: "training_race",
    title: "A race with and without batch norm",
    defaults: { rate: 0.1, scale: 0.3, depth: 4, seed: 1, step: 40 },
    settle(state) {
      return {
        rate: oneOf(state.rate, [0.1, ...RATES]),
        scale: oneOf(state.scale, [0.3, ...SCALES]),
        depth: whole(state.depth, 1, 6, 4),
        seed: whole(state.seed, 1, 5, 1),
        step: whole(state.step, 0, STEPS2, 40)
      };
    },
    frames: ({ step: step2 }) => ({ count: STEPS2 + 1, now: step2, go: (frame2) => ({ step: frame2 }) }),
    controls(state) {
      const choice = (key, label, values2) => ({
        kind: "choice",
        label,
        value: String(state[key]),
        options: values2.map((value) => [String(value), String(value)]),
        change: (value) => ({ [key]: Number(value) })
      });
      const number2 = (key, label, low2, high) => ({ kind: "number", label, value: state[key], low: low2, high, change: (value) => ({ [key]: value }) });
      return [
        choice("rate", "Learning rate", RATES),
        choice("scale", "First weights, times He's", SCALES),
        number2("depth", "Hidden layers", 1, 6),
        number2("seed", "Seed", 1, 5),
        number2("step", "Steps of training", 0, STEPS2)
      ];
    },
    view(state) {
      const { rate, scale, depth, seed, step: step2 } = state;
      const [normed, plain3] = [true, false].map((norm2) => runTo(step2, { rate, scale, depth, seed, norm: norm2 }));
      const [with_, without] = [normed, plain3].map(({ networks }) => rightOf(networks[step2]));
      const [lossWith, lossWithout] = [normed, plain3].map((run) => recent(run.losses, step2));
      const drawn2 = (losses) => losses.slice(0, step2 + 1).map((loss) => Number.isFinite(loss) ? Math.min(loss, HIGHEST) : null);
      return {
        title: description10.title,
        panels: [
          {
            kind: "chart",
            id: "losses",
            title: "loss of each batch",
            words: `with ${lossWords(lossWith)}, without ${lossWords(lossWithout)}`,
            secret: true,
            chart: curves(
              [
                { name: "with", values: drawn2(normed.losses), style: 0 },
                { name: "without", values: drawn2(plain3.losses), style: 1 }
              ],
              STEPS2,
              "steps"
            )
          },
          points(),
          landscape("with", "with batch norm", normed.networks[step2]),
          landscape("without", "without", plain3.networks[step2])
        ],
        sentence: `Two spirals of ${POINTS / 2} points, ${BATCH} points a step; where a network sees the white one, its picture is white. ${depth} hidden layers of ${WIDTH2}, learning rate ${rate}, first weights ${scale} times He's, seed ${seed}, ${step2} steps.`,
        result: `With batch norm the loss is ${lossWords(lossWith)} and ${with_} of ${POINTS} points are right; without, ${lossWords(lossWithout)} and ${without}. (The loss is the mean of the last three steps; one seed proves nothing: try all five.)`,
        question: { text: `Which has more points right after ${step2} steps with rate ${rate}, scale ${scale}, depth ${depth}, seed ${seed}: with, without or equal?`, answer: with_ > without ? "with" : with_ < without ? "without" : "equal" },
        code: code9(state)
      };
    }
  };
  var training_race_default = demo(description10);
  var runs = /* @__PURE__ */ new Map();
  function runTo(step2, setting2) {
    const key = JSON.stringify(setting2);
    if (!runs.has(key)) {
      if (runs.size > 20) runs.clear();
      runs.set(key, { losses: [], networks: [network(setting2)] });
    }
    const run = runs.get(key);
    while (run.losses.length <= step2) {
      const start = run.losses.length * BATCH % POINTS;
      const x = DATA.x.subarray(2 * start, 2 * (start + BATCH));
      const { layers, loss } = trained(run.networks.at(-1), x, DATA.y.slice(start, start + BATCH), setting2.rate);
      run.losses.push(loss);
      run.networks.push(layers);
    }
    return run;
  }
  function recent(losses, step2) {
    const some = losses.slice(Math.max(0, step2 - 2), step2 + 1);
    return some.reduce((a, b) => a + b) / some.length;
  }
  var lossWords = (loss) => Number.isFinite(loss) ? format(Number(loss.toPrecision(3))) : "no longer a number";
  function rightOf(layers) {
    const logits = predict(layers, DATA.x);
    return DATA.y.filter((label, n) => logits[2 * n + label] > logits[2 * n + 1 - label]).length;
  }
  function landscape(id, title2, layers) {
    const places = new Float64Array(2 * SIDE4 * SIDE4);
    for (let at = 0; at < SIDE4 * SIDE4; at++) {
      places[2 * at] = ((at % SIDE4 + 0.5) / SIDE4 - 0.5) * 2 * REACH;
      places[2 * at + 1] = (0.5 - (Math.floor(at / SIDE4) + 0.5) / SIDE4) * 2 * REACH;
    }
    const logits = predict(layers, places);
    const values2 = Array.from({ length: SIDE4 * SIDE4 }, (_, at) => 1 / (1 + Math.exp(logits[2 * at] - logits[2 * at + 1])));
    const words4 = `${Math.round(100 * values2.filter((value) => value > 0.5).length / values2.length)} % of the square is white`;
    return { kind: "map", id, title: title2, maps: [{ values: values2, low: 0, high: 1 }], height: SIDE4, width: SIDE4, zoom: 5, columns: 1, words: words4, secret: true };
  }
  function points() {
    const values2 = new Array(SIDE4 * SIDE4).fill(0.5);
    const place3 = (value) => Math.min(Math.max(Math.floor((value / (2 * REACH) + 0.5) * SIDE4), 0), SIDE4 - 1);
    DATA.y.forEach((label, n) => values2[(SIDE4 - 1 - place3(DATA.x[2 * n + 1])) * SIDE4 + place3(DATA.x[2 * n])] = label);
    return { kind: "map", id: "points", title: "the points", maps: [{ values: values2, low: 0, high: 1 }], height: SIDE4, width: SIDE4, zoom: 5, columns: 1, words: `two spirals of ${POINTS / 2} points` };
  }
  function code9({ rate, scale, depth, step: step2 }) {
    return [
      [
        "torch",
        `def network(norm):
    layers, width = [], 2
    for _ in range(${depth}):
        layers += [nn.Linear(width, ${WIDTH2}), *[nn.BatchNorm1d(${WIDTH2})] * norm, nn.ReLU()]
        width = ${WIDTH2}
    return nn.Sequential(*layers, nn.Linear(width, 2))

models = network(True), network(False)
for model in models:
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std=${scale} * (2 / layer.in_features) ** 0.5)
            nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=${rate})
    for step in range(${step2}):
        x, y = batches[step % ${POINTS / BATCH}]  # ${BATCH} points and their classes
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()`
      ],
      ["numpy", `# the deviation of the first weights of a hidden layer
${scale} * np.sqrt(2 / ${WIDTH2})`]
    ];
  }

  // js/ui/host.mjs
  function pageModel(values2) {
    const held = { ...values2 };
    const listeners = /* @__PURE__ */ new Map();
    const call = (name) => [...listeners.get(name) ?? []].forEach((listener) => listener());
    return {
      get: (key) => held[key],
      set(key, value) {
        held[key] = value;
      },
      on(name, listener) {
        listeners.set(name, (listeners.get(name) ?? /* @__PURE__ */ new Set()).add(listener));
      },
      off: (name, listener) => listeners.get(name)?.delete(listener),
      save_changes() {
      },
      /** What Python does in a notebook: another value, and whoever listens hears of it. */
      receive(key, value) {
        held[key] = value;
        call(`change:${key}`);
      },
      listening: () => [...listeners.values()].reduce((sum2, set2) => sum2 + set2.size, 0)
    };
  }

  // js/page.mjs
  var demos = [
    sliding_kernel_exports,
    kernel_lab_exports,
    padding_stride_exports,
    receptive_field_exports,
    conv1d_conv3d_exports,
    pooling_exports,
    lenet5_exports,
    network_table_exports,
    normalization_exports,
    training_race_exports
  ];
  var listed = demos.map(({ description: description11 }) => description11);
  var descriptions = Object.fromEntries(listed.map((each2) => [each2.name, each2]));
  function mount(name, el, { state = {}, given = {} } = {}) {
    const { default: widget } = demos.find(({ description: description11 }) => description11.name === name);
    const model = pageModel({ state, given });
    return { model, unmount: widget.render({ model, el }) };
  }
  var THEMES = ["light dark", "light", "dark"];
  var KEYS2 = [
    ["Page Down, Page Up", "next demo, demo before"],
    ["+, \u2212", "larger, smaller type"],
    ["t", "theme: as the system, light, dark"],
    ["f", "full screen"],
    ["p", "play and pause"],
    [". and ,", "step forward and back"],
    ["Escape", "leave the demo"]
  ];
  function present(given) {
    let [shown2, size2, theme] = [0, 20, 0];
    const stage = element("main", {});
    const tabs = listed.map(
      ({ title: title2 }, index) => element("button", { type: "button", text: title2, onclick: () => show(index) })
    );
    const mounted = listed.map(({ name }) => {
      const place3 = element("div", {});
      stage.append(place3);
      mount(name, place3, { given: given[name] });
      return place3;
    });
    const actions = {
      PageDown: () => show(shown2 + 1),
      PageUp: () => show(shown2 - 1),
      "+": () => resize(2),
      "-": () => resize(-2),
      t: () => {
        theme = (theme + 1) % THEMES.length;
        document.documentElement.style.colorScheme = THEMES[theme];
      },
      f: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()
    };
    function show(index) {
      shown2 = (index + listed.length) % listed.length;
      mounted.forEach((place3, each2) => place3.hidden = each2 !== shown2);
      tabs.forEach((tab, each2) => set(tab, "aria-current", each2 === shown2 ? "page" : null));
      history.replaceState(null, "", `#${listed[shown2].name}`);
      mounted[shown2].querySelector(".cnn-demo").focus();
    }
    function resize(step2) {
      size2 = Math.min(Math.max(size2 + step2, 12), 40);
      document.documentElement.style.setProperty("--cnn-demo-size", `${size2}px`);
    }
    const button = (text, name) => element("button", { type: "button", text, onclick: actions[name] });
    document.body.append(
      element(
        "header",
        {},
        element("h1", { text: "Convolutional networks" }),
        element("nav", { "aria-label": "Demos" }, ...tabs),
        element("div", { class: "page-tools" }, button("A+", "+"), button("A\u2212", "-"), button("Theme", "t"), button("Full screen", "f"))
      ),
      stage,
      element(
        "footer",
        {},
        element("details", {}, element("summary", { text: "Keys" }), element("dl", {}, ...KEYS2.flatMap(([name, does]) => [element("dt", { text: name }), element("dd", { text: does })])))
      )
    );
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
      event.preventDefault();
      actions[event.key]();
    });
    const asked = () => Math.max(0, listed.findIndex(({ name }) => location.hash === `#${name}`));
    addEventListener("hashchange", () => show(asked()));
    resize(0);
    show(asked());
  }
  if (typeof window !== "undefined") window.courseDemos = { descriptions, mount, present };
})();
