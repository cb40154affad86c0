// js/core/format.mjs
function format(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "\u221E" : "\u2212\u221E";
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  return String(rounded === 0 ? 0 : rounded).replaceAll("-", "\u2212");
}
var grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
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

// js/core/conv.mjs
function outputSize(size, kernel, stride = 1, padding = 0, dilation = 1) {
  const room = size + 2 * padding - dilation * (kernel - 1) - 1;
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

// js/core/network.mjs
var SAME = ["ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softplus"];
var SILENT = ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "Identity"];
var AXES = { 1: ["length"], 2: ["rows", "columns"], 3: ["planes", "rows", "columns"] };
var shapeText = (shape) => shape.join(" \xD7 ");
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
function step(layer, shape) {
  const [, family, dimensions] = layer.kind.match(/^(\w*?)(?:([123])d)?$/);
  expect(!layer.fault, layer.fault);
  if (SAME.includes(layer.kind) || SILENT.includes(layer.kind)) return { shape, ...nothing };
  const make = { Conv: conv, MaxPool: pool, AvgPool: pool, AdaptiveAvgPool: adaptive, BatchNorm: norm, InstanceNorm: norm, GroupNorm: norm, LayerNorm: layerNorm, Linear: linear, Flatten: flatten }[family];
  expect(make, "this kind of layer is not known here");
  const given = read(layer, SIGNATURES[family]);
  const space = Number(dimensions ?? 0);
  if (space && !(family === "BatchNorm" && space === 1 && shape.length === 1))
    expect(shape.length === space + 1, `it takes channels and ${AXES[space].join(" and ")}, but ${shapeText(shape)} comes in`);
  return make(given, shape, family);
}
function read({ positional, named }, signature) {
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
  const sizes = space.map((size, axis) => isSame ? size : outputSize(size, kernel[axis], stride[axis], padding[axis], dilation[axis]));
  expectFit(sizes, kernel);
  const taps = inputs / groups * product(kernel);
  const bias = given.bias ? 1 : 0;
  const parameters = filters * (taps + bias);
  const outputs = filters * product(sizes);
  const read_ = [inputs / groups, ...kernel].join("\xB7");
  return {
    shape: [filters, ...sizes],
    parameters,
    adds: outputs * taps,
    reasons: [
      ...isSame ? ['sizes: padding "same" keeps them'] : windows(space, kernel, stride, padding, dilation, sizes),
      `parameters: ${filters} filters \xB7 (${read_}${bias ? " + 1" : ""}) = ${grouped(parameters)}`,
      `multiply-adds: ${[filters, ...sizes].join("\xB7")} outputs \xB7 ${read_} = ${grouped(outputs * taps)}`
    ]
  };
}
var expectFit = (sizes, kernel) => expect(sizes.every((size) => size >= 1), `its window of ${shapeText(kernel)} does not fit`);
function windows(space, kernel, stride, padding, dilation, sizes) {
  return space.map((size, axis) => {
    const wide = dilation[axis] > 1 ? `${dilation[axis]}\xB7(${kernel[axis]} \u2212 1) \u2212 1` : kernel[axis];
    return `${AXES[space.length][axis]}: \u230A(${size} + 2\xB7${padding[axis]} \u2212 ${wide}) / ${stride[axis]}\u230B + 1 = ${sizes[axis]}`;
  });
}
function pool(given, [channels, ...space], family) {
  const count2 = space.length;
  const kernel = each("kernel_size", given.kernel_size, count2, 1);
  const stride = given.stride === null ? kernel : each("stride", given.stride, count2, 1);
  const padding = each("padding", given.padding, count2, 0);
  const dilation = each("dilation", family === "MaxPool" ? given.dilation : 1, count2, 1);
  expect(padding.every((by, axis) => 2 * by <= kernel[axis]), "padding must be at most half the window");
  const sizes = space.map((size, axis) => {
    const [plain2, by] = [outputSize(size, kernel[axis], stride[axis], padding[axis], dilation[axis]), stride[axis]];
    const room = size + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    const more = given.ceil_mode && room % by && plain2 * by < size + padding[axis] ? 1 : 0;
    return plain2 + more;
  });
  expectFit(sizes, kernel);
  return { shape: [channels, ...sizes], ...nothing, reasons: windows(space, kernel, stride, padding, dilation, sizes) };
}
function adaptive(given, [channels, ...space]) {
  const sizes = each("output_size", given.output_size, space.length, 1);
  return { shape: [channels, ...sizes], ...nothing };
}
function norm(given, shape) {
  const channels = one("num_features", given.num_features ?? given.num_channels);
  expect(channels === shape[0], `it normalizes ${channels} channels, but ${shape[0]} come in`);
  expect(!given.num_groups || channels % given.num_groups === 0, `groups ${given.num_groups} must divide ${channels}`);
  return affine(shape, channels, given.affine, given.bias);
}
function layerNorm(given, shape) {
  const wanted = Array.isArray(given.normalized_shape) ? given.normalized_shape : [given.normalized_shape];
  expect(wanted.join() === shape.slice(-wanted.length).join(), `it normalizes ${shapeText(wanted)}, but ${shapeText(shape)} comes in`);
  return affine(shape, product(wanted), given.elementwise_affine, given.bias);
}
function affine(shape, count2, scales, shifts) {
  const parameters = scales ? count2 * (shifts ? 2 : 1) : 0;
  const what = shifts ? `${count2} scales and ${count2} shifts` : `${count2} scales`;
  return { shape, parameters, adds: 0, reasons: parameters ? [`parameters: ${what}: ${grouped(parameters)}`] : [] };
}
function linear(given, shape) {
  const [inputs, outputs] = [one("in_features", given.in_features), one("out_features", given.out_features)];
  expect(shape.at(-1) === inputs, `it reads ${inputs} numbers, but ${shapeText(shape)} comes in${shape.length > 1 ? ": nn.Flatten() comes before it" : ""}`);
  const bias = given.bias ? 1 : 0;
  const rows = product(shape.slice(0, -1));
  const [parameters, adds] = [outputs * (inputs + bias), rows * outputs * inputs];
  return {
    shape: [...shape.slice(0, -1), outputs],
    parameters,
    adds,
    reasons: [`parameters: ${outputs} outputs \xB7 (${inputs}${bias ? " + 1" : ""}) = ${grouped(parameters)}`, `multiply-adds: ${rows > 1 ? `${rows}\xB7` : ""}${outputs} outputs \xB7 ${inputs} = ${grouped(adds)}`]
  };
}
function flatten(given, shape) {
  expect(given.start_dim === 1 && given.end_dim === -1, "only the whole image is flattened here");
  return { shape: [product(shape)], ...nothing, reasons: shape.length > 1 ? [`size: ${shape.join("\xB7")} = ${product(shape)}`] : [] };
}

// js/core/state.mjs
function whole(value, low, high, otherwise) {
  if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
  return Math.min(Math.max(Math.round(value), low), high);
}

// js/core/torch_lines.mjs
var CALL = /(?:\bnn\.)?\b([A-Z]\w*)\(/g;
var UNQUOTED = /=(\s*)(same|valid|zeros|reflect|replicate|circular)\b/g;
var AROUND = ["Sequential", "ModuleList"];
function parse(text) {
  const code2 = text.replace(/#.*/g, "").replace(UNQUOTED, '=$1"$2"');
  const found = [];
  let end = 0;
  for (const match of code2.matchAll(CALL)) {
    const isClass = /[^\w.]$|^$/.test(code2.slice(0, match.index)) || match[0].startsWith("nn.");
    if (match.index < end || AROUND.includes(match[1]) || !isClass) continue;
    const open = match.index + match[0].length;
    const inside2 = balanced(code2, open);
    if (inside2 === null) {
      found.push({ kind: match[1], text: match[0].trim(), positional: [], named: {}, fault: "its bracket is never closed" });
      break;
    }
    if (/\(\w+\): /.test(inside2)) continue;
    end = open + inside2.length;
    found.push({ kind: match[1], text: `${match[1]}(${inside2.replace(/\s+/g, " ").trim()})`, ...values(inside2) });
  }
  return found;
}
function balanced(code2, open) {
  let depth = 1;
  for (let at = open; at < code2.length; at++) {
    depth += { "(": 1, "[": 1, ")": -1, "]": -1 }[code2[at]] ?? 0;
    if (!depth) return code2.slice(open, at);
  }
  return null;
}
function values(inside2) {
  const [positional, named] = [[], {}];
  for (const part of split(inside2)) {
    const [, name, text] = part.trim().match(/^(?:(\w+)\s*=)?\s*([^]*)$/);
    const value = literal(text);
    if (value === void 0) return { positional, named, fault: `${text} is no number that is written out` };
    if (name) named[name] = value;
    else positional.push(value);
  }
  return { positional, named };
}
function split(inside2) {
  const parts = [""];
  let depth = 0;
  for (const letter of inside2) {
    depth += { "(": 1, "[": 1, ")": -1, "]": -1 }[letter] ?? 0;
    if (letter === "," && !depth) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.filter((part) => part.trim());
}
function literal(text) {
  if (/^[-+]?[\d_]*\.?\d+(e[-+]?\d+)?$/i.test(text)) return Number(text.replaceAll("_", ""));
  if (/^(["']).*\1$/.test(text)) return text.slice(1, -1);
  if (/^[([][^]*[)\]]$/.test(text)) {
    const all = split(text.slice(1, -1)).map((part) => literal(part.trim()));
    return all.includes(void 0) ? void 0 : all;
  }
  return { True: true, False: false, None: null }[text];
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
  const change = (view, value) => patch((current().find((each2) => nameOf(each2) === nameOf(view.control)) ?? view.control).change(value));
  const kinds = { number, choice, flag, action };
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
  function number() {
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
  maps2.forEach(({ values: values2, low, high: top }, index) => {
    const start = Math.floor(index / columns) * (height + 1) * wide + index % columns * (width + 1);
    const scale = top > low ? 255 / (top - low) : 0;
    for (let at = 0; at < height * width; at++) {
      const shade = Math.round((values2[at] - low) * scale);
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
var big = (number) => [24, 16, 8, 0].map((shift) => number >>> shift & 255);
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
  const placed = place(view.panels.map((panel) => drawn(panel, hidden && panel.secret)));
  const words2 = [view.sentence, hidden ? "" : view.result].filter(Boolean).join(" ");
  const lines = wrapped(words2, 120);
  const height = placed.height + 24 + 20 * lines.length;
  const caption = lines.map(
    (line, index) => `<text class="caption" x="10" y="${placed.height + 20 + 20 * index}">${escape(line)}</text>`
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${placed.width} ${height}" width="${placed.width}" height="${height}" role="img" aria-label="${escape(`${view.title}. ${words2}`)}"><title>${escape(view.title)}</title><desc>${escape(words2)}</desc><style>${STYLE}</style><rect width="100%" height="100%" fill="#fff"/>${placed.markup}${caption.join("")}</svg>`;
}
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
    markup: `<text class="title" x="0" y="14">${escape(panel.title)}</text><g transform="translate(0 26)">${body.markup}</g>`
  };
}
var curtain = () => ({
  width: 120,
  height: 60,
  markup: '<text class="title" x="50" y="36">?</text>'
});
function grid({ rows }, hidden) {
  const cells = [];
  const marks = [];
  rows.forEach(
    (row, i) => row.forEach((cell, j) => {
      const [x, y] = [j * CELL, i * CELL];
      const dashed = cell.marks?.includes("padding") ? " padding" : "";
      cells.push(
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
    markup: cells.join("") + marks.join("")
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
  let cells = [];
  let focus = [0, 0];
  let editor = null;
  function build(rows) {
    const held = table2.contains(document.activeElement) || table2.contains(table2.getRootNode().activeElement);
    editor = null;
    cells = rows.map((row, i) => row.map((_, j) => cell(i, j)));
    table2.replaceChildren(...cells.map((row) => element("div", { role: "presentation", class: "row" }, ...row)));
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
      cells[i][j].focus();
    }
    if (panel.move && (focusing || panel.cursor[0] !== i || panel.cursor[1] !== j)) actions.patch(panel.move(i, j));
  }
  function tabStop() {
    cells.forEach(
      (row, i) => row.forEach((each2, j) => set(each2, "tabindex", i === focus[0] && j === focus[1] ? 0 : -1))
    );
  }
  function edit(typed) {
    const [i, j] = focus;
    const field = element("input", {
      "aria-label": `${panel.title}, row ${i}, column ${j}`,
      inputmode: "decimal",
      value: typed ?? cells[i][j].textContent.replace("\u2212", "-")
    });
    editor = field;
    const close = (keep) => {
      if (editor !== field) return;
      editor = null;
      const number = Number(field.value.replace("\u2212", "-").replace(",", "."));
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
    if (typed === void 0) field.select();
    else field.setSelectionRange(typed.length, typed.length);
  }
  table2.addEventListener("keydown", (event) => {
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
      if (panel.cursor?.[0] >= 0) focus = [...panel.cursor];
      const active = Boolean(panel.move || panel.edit);
      set(name, "text", panel.title);
      set(table2, "role", active ? "grid" : "img");
      set(table2, "data-panel", panel.id);
      set(table2, "aria-label", active ? panel.title : `${panel.title}: ${hidden ? "hidden" : words(panel.rows)}`);
      panel.rows.forEach((row, i) => {
        set(cells[i][0].parentElement, "role", active ? "row" : "presentation");
        row.forEach((each2, j) => drawCell(cells[i][j], each2, hidden, active, panel));
      });
      const longest = Math.max(3, ...panel.rows.flat().map((each2) => shown(each2).length));
      table2.style.setProperty("--letters", longest);
      if (active) tabStop();
      if (held) cells[focus[0]][focus[1]].focus();
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
        if (guess.value.trim()) judge();
      }
    },
    words2,
    guess,
    element("button", { type: "submit", text: "Reveal" }),
    feedback
  );
  set(guess, "aria-label", "Your prediction");
  function judge() {
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
  const number = Number(guess.replace("\u2212", "-").replace(",", "."));
  return Math.abs(number - answer) <= 5e-3 * Math.max(1, Math.abs(answer));
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
  let [state, given] = read2();
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
  function read2() {
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
  function changed() {
    [state, given] = read2();
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
  model.on("change:state", changed);
  model.on("change:given", changed);
  el.append(root);
  draw();
  return () => {
    transport?.stop();
    unseen.disconnect();
    cancelAnimationFrame(frame);
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

// js/ui/text_pad.mjs
function textPad(label, changed) {
  const field = element("textarea", { rows: 8, spellcheck: "false", autocapitalize: "off", oninput: () => changed(field.value) });
  return {
    root: element("label", { class: "text-pad" }, element("span", { text: label }), field),
    draw(text) {
      if (field.value !== text) field.value = text;
    }
  };
}

// js/network_table.mjs
var [LONGEST, LAYERS] = [8e3, 60];
var MOST = [512, 256, 256, 256];
var AXES2 = { 2: ["Channels", "Length"], 3: ["Channels", "Rows", "Columns"], 4: ["Channels", "Planes", "Rows", "Columns"] };
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
var PRESETS = {
  lenet5: ["LeNet-5 of 1998", [1, 28, 28], LENET5],
  example: ["ten filters of 5 \xD7 5", [3, 32, 32], "nn.Conv2d(3, 10, 5, padding=2)"],
  small: ["two of 3 \xD7 3 for one of 5 \xD7 5", [64, 56, 56], "nn.Conv2d(64, 64, 3, padding=1, bias=False)\nnn.ReLU()\nnn.Conv2d(64, 64, 3, padding=1, bias=False)"],
  separable: ["depthwise, then 1 \xD7 1", [64, 56, 56], "nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)\nnn.BatchNorm2d(64)\nnn.ReLU()\nnn.Conv2d(64, 128, 1, bias=False)"],
  stem: ["how ResNet begins", [3, 224, 224], "nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)\nnn.BatchNorm2d(64)\nnn.ReLU()\nnn.MaxPool2d(3, stride=2, padding=1)"]
};
var description = {
  name: "network_table",
  title: "A network as a table",
  defaults: { code: LENET5, input: [1, 28, 28], at: [1, 0] },
  settle(state) {
    const code2 = typeof state.code === "string" ? state.code.slice(0, LONGEST) : LENET5;
    const given = Array.isArray(state.input) && AXES2[state.input.length] ? state.input : [1, 28, 28];
    const input = given.map((size, axis) => whole(size, 1, MOST[axis], 1));
    const row = whole(Array.isArray(state.at) ? state.at[0] : 0, 0, tableOf({ code: code2, input }).rows.length - 1, 0);
    return { code: code2, input, at: [row, 0] };
  },
  frames(state) {
    const { rows } = tableOf(state);
    return { count: rows.length, now: state.at[0], go: (frame) => ({ at: [frame, 0] }) };
  },
  pad(actions) {
    const pad = textPad("Layers: paste nn.Conv2d(...) lines, or what print(model) shows", (code2) => actions.patch({ code: code2 }));
    return { root: pad.root, draw: ({ code: code2 }) => pad.draw(code2) };
  },
  controls(state) {
    const preset = Object.keys(PRESETS).find((name) => PRESETS[name][1].join() === state.input.join() && PRESETS[name][2] === state.code);
    const own = preset ? [] : [["", "your own"]];
    const offered = suggestions(tableOf(state).rows.at(-1).shape);
    return [
      {
        kind: "choice",
        label: "Network",
        value: preset ?? "",
        options: [...own, ...Object.entries(PRESETS).map(([name, [words2]]) => [name, words2])],
        change: (name) => name ? { input: PRESETS[name][1], code: PRESETS[name][2], at: [1, 0] } : {}
      },
      {
        kind: "choice",
        label: "Input",
        value: String(state.input.length),
        options: [["2", "signal"], ["3", "image"], ["4", "volume"]],
        change: (axes) => ({ input: INPUTS[axes] })
      },
      ...state.input.map((size, axis) => ({
        kind: "number",
        label: AXES2[state.input.length][axis],
        value: size,
        low: 1,
        high: MOST[axis],
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
    const total = (key) => rows.reduce((sum, each2) => sum + each2[key], 0);
    const where = `${here ? `layer ${here}, ` : "the "}${row.text}`;
    const chart = (key, title) => {
      const some = rows.flatMap((each2, index) => each2[key] ? [{ label: `${index} ${each2.text.replace(/\(.*/, "")}`, value: each2[key], text: grouped(each2[key]), marked: index === here }] : []);
      const words2 = some.map(({ label, text }) => `${label}: ${text}`).join(", ") || "none";
      return { kind: "chart", id: key, title, words: words2, secret: true, chart: bars(some.length ? some : [{ label: "none", value: 0, text: "" }], Math.max(...some.map(({ value }) => value))) };
    };
    return {
      title: description.title,
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
        chart("parameters", "where the parameters are"),
        chart("adds", "where the multiply-adds are")
      ],
      formula: [HIDDEN, row.reasons.join("\n") || "nothing to learn and nothing to multiply"],
      sentence: `${count(rows.length - 1, "layer")} on ${state.input.join(" \xD7 ")}; chosen is ${where}.`,
      result: `${fault ? `${fault} ` : ""}${row.shape.join(" \xD7 ")} comes out; ${count(row.parameters, "parameter").replace(/^\d+/, grouped)}, ${grouped(row.adds)} multiply-adds. In all: ${grouped(total("parameters"))} parameters, ${grouped(total("adds"))} multiply-adds for one ${["", "", "signal", "image", "volume"][state.input.length]}.`,
      question: { text: `What comes out of ${where}, in the form ${AXES2[state.input.length].map((_, axis) => "CHWD"[axis]).join(" \xD7 ")}?`, answer: row.shape.join(" \xD7 ") },
      code: code(state, row, here)
    };
  }
};
var network_table_default = demo(description);
var HIDDEN = "a window along one axis: \u230A(N + 2P \u2212 D(K \u2212 1) \u2212 1) / S\u230B + 1\na convolution: filters \xB7 (channels / groups \xB7 kernel + 1) parameters";
var tableOf = ({ code: code2, input }) => tabulate(parse(code2).slice(0, LAYERS), input);
function suggestions(shape) {
  const [channels, ...space] = shape;
  if (!space.length) return [`nn.Linear(${channels}, 10)`, "nn.ReLU()"];
  const d = `${space.length}d`;
  const more = Math.min(2 * channels, MOST[0]);
  return [
    `nn.Conv${d}(${channels}, ${more}, 3, padding=1)`,
    `nn.Conv${d}(${channels}, ${more}, 3, stride=2, padding=1)`,
    `nn.Conv${d}(${channels}, ${channels}, 1)`,
    `nn.BatchNorm${d}(${channels})`,
    "nn.ReLU()",
    ...space.every((size) => size > 1) ? [`nn.MaxPool${d}(2)`] : [],
    "nn.Flatten()"
  ];
}
function added(state, line) {
  const code2 = `${state.code.trimEnd()}
${line}`.trimStart();
  return { code: code2, at: [tableOf({ ...state, code: code2 }).rows.length - 1, 0] };
}
function code({ code: text, input }, row, here) {
  const layers = parse(text).slice(0, LAYERS).map((layer) => `    nn.${layer.text},`);
  const { shape } = row;
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
np.prod((${shape.join(", ")},))`]
  ];
}
export {
  network_table_default as default,
  description
};
