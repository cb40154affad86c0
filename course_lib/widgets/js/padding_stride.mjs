/** Padding, stride, dilation and groups: which inputs an output reads, and how many there are. */

import { convolve, correlate, matrix, outputSize, pad, shape, taps } from "./core/conv.mjs";
import { count, format } from "./core/format.mjs";
import { cells, changed, groupMark, sameSetting, studentPanel } from "./core/panels.mjs";
import { oneOf, pair, place, whole } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";

const MODES = ["zeros", "reflect", "replicate", "circular"];
const AXES = ["rows", "columns"];
const MOST = { size: 9, kernel: 5, stride: 4, padding: 3, dilation: 3, channels: 8 };

export const description = {
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
    seen: [0, 0],
  },

  settle(state) {
    const linked = state.linked !== false;
    const both = (value) => (linked ? [value[0], value[0]] : value);
    const mode = oneOf(state.mode, MODES);
    const size = both(pair(state.size, 1, MOST.size, [7, 7]));
    const stride = both(pair(state.stride, 1, MOST.stride, [1, 1]));
    const padding = both(pair(state.padding, 0, MOST.padding, [0, 0])).map((value, axis) =>
      Math.min(value, mostPadding(size[axis], mode)),
    );
    const dilation = both(pair(state.dilation, 1, MOST.dilation, [1, 1]));
    const kernel = both(pair(state.kernel, 1, MOST.kernel, [1, 1])).map((value, axis) =>
      Math.min(value, mostKernel(size[axis], padding[axis], dilation[axis])),
    );
    const channels = pair(state.channels, 1, MOST.channels, [1, 1]);
    const groups = oneOf(whole(state.groups, 1, MOST.channels, 1), divisors(channels));
    const legal = { size, kernel, stride, padding, dilation, linked, mode, channels, groups };
    return {
      ...legal,
      look: oneOf(state.look, ["output", "input"]),
      at: place(state.at, outSize(legal)),
      seen: place(state.seen, size),
    };
  },

  frames(state) {
    const [rows, columns] = outSize(state);
    return {
      count: rows * columns,
      now: state.at[0] * columns + state.at[1],
      go: (frame) => ({ at: [Math.floor(frame / columns), frame % columns], look: "output" }),
    };
  },

  controls(state) {
    return [
      ...["size", "kernel", "stride", "padding", "dilation"].flatMap((key) => sliders(state, key)),
      {
        kind: "flag",
        label: "Rows and columns alike",
        value: state.linked,
        change: (linked) => ({ linked }),
      },
      {
        kind: "choice",
        label: "Padding with",
        value: state.mode,
        options: MODES.map((mode) => [mode, mode]),
        change: (mode) => ({ mode }),
      },
      ...[0, 1].map((side) => ({
        kind: "number",
        label: ["Channels in", "Channels out"][side],
        value: state.channels[side],
        low: 1,
        high: MOST.channels,
        change: (value) => ({ channels: state.channels.map((old, each) => (each === side ? value : old)) }),
      })),
      {
        kind: "choice",
        label: "Groups",
        value: String(state.groups),
        options: divisors(state.channels).map((groups) => [String(groups), String(groups)]),
        change: (groups) => ({ groups: Number(groups) }),
      },
    ];
  },

  view(state, given) {
    const { kernel, stride, dilation, at } = state;
    const padded = pad(image(state), state.padding, state.mode);
    const y = correlate(padded, ones(kernel), stride, dilation);
    const out = shape(y);
    const readBy = readers(state, out);
    const shown = state.look === "output" ? windowOf(state, at) : [frameOf(state, state.seen)];
    const inWindow = (i, j) => shown.some((place) => place[0] === i && place[1] === j);
    const reading = state.look === "input" ? readBy(frameOf(state, state.seen)) : [];
    const panels = [
      {
        kind: "grid",
        id: "x",
        title: state.padding.some(Boolean) ? "input with its padding" : "input",
        rows: cells(padded, (i, j) => [
          ...(isInside(state, [i, j]) ? [] : ["padding"]),
          ...(inWindow(i, j) ? ["window"] : readBy([i, j]).length ? [] : ["unread"]),
        ]),
        cursor: frameOf(state, state.seen),
        move: (i, j) => ({
          seen: [i - state.padding[0], j - state.padding[1]].map((value) => Math.max(value, 0)),
          look: "input",
        }),
      },
      {
        kind: "grid",
        id: "y",
        title: "output, all weights 1",
        rows: cells(y, (i, j) =>
          state.look === "input"
            ? reading.some((place) => place[0] === i && place[1] === j) ? ["window"] : []
            : i === at[0] && j === at[1] ? ["current"] : [],
        ),
        cursor: at,
        move: (i, j) => ({ at: [i, j], look: "output" }),
        secret: true,
        covered: true,
      },
    ];
    const student = studentPanel(given, state, y, at, () => mistakes(state), RUN_KEYS);
    if (student.panel) panels.push({ ...student.panel, covered: true });
    panels.push(channelPanel(state));
    const parameters = state.channels[1] * ((state.channels[0] / state.groups) * kernel[0] * kernel[1] + 1);
    const adds = (parameters - state.channels[1]) * out[0] * out[1];
    return {
      title: description.title,
      panels,
      formula: [formula(state, ["?", "?"], ""), formula(state, out, costs(parameters, adds))],
      sentence: `A ${kernel.join(" × ")} kernel with stride ${words(stride)}, padding ${words(state.padding)} and dilation ${words(dilation)} on ${state.size.join(" × ")} inputs.`,
      result: `${out.join(" × ")} outputs. ${state.look === "output" ? outputWords(state, padded, y) : inputWords(state, reading)}`,
      student: student.sentence,
      question: { text: `How many rows × columns of outputs does ${setting(state)} give?`, answer: out.join(" × ") },
      code: code(state),
    };
  },
};

export default demo(description);

export const RUN_KEYS = ["size", "kernel", "stride", "padding", "dilation", "mode"];

const words = ([rows, columns]) => (rows === columns ? String(rows) : `${rows} and ${columns}`);
const ones = ([rows, columns]) => matrix(rows, columns, () => 1);
const image = ({ size }) => matrix(size[0], size[1], (i, j) => (i * size[1] + j) % 10);
const outSize = (s) =>
  [0, 1].map((a) => outputSize(s.size[a], s.kernel[a], s.stride[a], s.padding[a], s.dilation[a]));
const mostKernel = (size, padding, dilation) => Math.floor((size + 2 * padding - 1) / dilation) + 1;
const mostPadding = (size, mode) => ({ zeros: Infinity, replicate: Infinity, reflect: size - 1, circular: size })[mode];
const divisors = ([inputs, outputs]) =>
  Array.from({ length: MOST.channels }, (_, i) => i + 1).filter((d) => inputs % d === 0 && outputs % d === 0);
const frameOf = ({ padding }, [row, column]) => [row + padding[0], column + padding[1]];
const isInside = ({ size, padding }, [i, j]) =>
  i >= padding[0] && i < size[0] + padding[0] && j >= padding[1] && j < size[1] + padding[1];
const windowOf = ({ kernel, stride, dilation }, at) =>
  taps(kernel, at, stride, dilation).map(({ i, j }) => [i, j]);
const setting = ({ size, kernel, stride, padding, dilation }) =>
  `${size.join(" × ")}, K ${words(kernel)}, S ${words(stride)}, P ${words(padding)}, D ${words(dilation)}`;

/** One slider for both axes, or one for each, held to what is legal. */
function sliders(state, key) {
  const label = { size: "Input", kernel: "Kernel", stride: "Stride", padding: "Padding", dilation: "Dilation" }[key];
  return (state.linked ? [0] : [0, 1]).map((axis) => {
    const room = state.size[axis] + 2 * state.padding[axis];
    const high = {
      size: MOST.size,
      kernel: Math.min(MOST.kernel, mostKernel(state.size[axis], state.padding[axis], state.dilation[axis])),
      stride: MOST.stride,
      padding: Math.min(MOST.padding, mostPadding(state.size[axis], state.mode)),
      dilation: state.kernel[axis] === 1 ? MOST.dilation : Math.min(MOST.dilation, Math.floor((room - 1) / (state.kernel[axis] - 1))),
    }[key];
    return {
      kind: "number",
      label: state.linked ? label : `${label}, ${AXES[axis]}`,
      value: state[key][axis],
      low: low(state, key, axis),
      high,
      change: (value) => ({ [key]: state.linked ? [value, value] : changed([state[key]], 0, axis, value)[0] }),
    };
  });
}

/** The least size and padding that leave room for the kernel. */
function low({ size, kernel, padding, dilation, mode }, key, axis) {
  const extent = dilation[axis] * (kernel[axis] - 1) + 1;
  const least = mode === "reflect" ? padding[axis] + 1 : mode === "circular" ? Math.max(padding[axis], 1) : 1;
  if (key === "size") return Math.max(least, extent - 2 * padding[axis]);
  if (key === "padding") return Math.max(0, Math.ceil((extent - size[axis]) / 2));
  return 1;
}

/** For a place of the padded input, the outputs that read it. */
function readers(state, [rows, columns]) {
  const by = new Map();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (const [i, j] of windowOf(state, [row, column])) {
        const key = `${i},${j}`;
        by.set(key, [...(by.get(key) ?? []), [row, column]]);
      }
  return ([i, j]) => by.get(`${i},${j}`) ?? [];
}

function channelPanel({ channels: [inputs, outputs], groups }) {
  const reads = (o, c) => Math.floor((o * groups) / outputs) === Math.floor((c * groups) / inputs);
  return {
    kind: "grid",
    id: "channels",
    title: "filters (rows) read channels (columns)",
    rows: matrix(outputs, inputs, (o, c) => ({
      text: reads(o, c) ? "●" : "",
      marks: reads(o, c) ? [groupMark(Math.floor((o * groups) / outputs))] : [],
    })),
  };
}

function formula({ size, kernel, stride, padding, dilation }, out, more) {
  const line = (a) =>
    `${AXES[a]}: ⌊(${size[a]} + 2·${padding[a]} − ${dilation[a]}·(${kernel[a]} − 1) − 1) / ${stride[a]}⌋ + 1 = ${out[a]}`;
  return `outputs = ⌊(N + 2P − D(K − 1) − 1) / S⌋ + 1\n${line(0)}\n${line(1)}${more}`;
}

const costs = (parameters, adds) => `\n${count(parameters, "parameter")} with biases, ${count(adds, "multiply-add")}`;

function outputWords(state, padded, y) {
  const values = windowOf(state, state.at).map(([i, j]) => format(padded[i][j]));
  return `y[${state.at.join(", ")}] = ${values.join(" + ")} = ${format(y[state.at[0]][state.at[1]])}.`;
}

const inputWords = ({ seen }, reading) =>
  reading.length
    ? `Input [${seen.join(", ")}] is read by ${count(reading.length, "output")}: ${reading.map((place) => `[${place.join(", ")}]`).join(" ")}.`
    : `Input [${seen.join(", ")}] is read by no output.`;

/** What a wrong conv2d gives on this input with weights 1. */
function mistakes(state) {
  const swap = ([rows, columns]) => [columns, rows];
  const variants = [
    ["a stride that is ignored", { stride: [1, 1] }],
    ["a padding that is ignored", { padding: [0, 0] }],
    ["a dilation that is ignored", { dilation: [1, 1] }],
    ["a stride whose rows and columns are exchanged", { stride: swap(state.stride) }],
    ["a padding whose rows and columns are exchanged", { padding: swap(state.padding) }],
    ["a dilation whose rows and columns are exchanged", { dilation: swap(state.dilation) }],
    ["a dilation counted as the zeros between", { dilation: state.dilation.map((d) => d + 1) }],
  ];
  return variants
    .map(([name, change]) => [name, { ...state, ...change }])
    .filter(([, s]) => !sameSetting(s, state, RUN_KEYS) && outSize(s).every(Boolean))
    .map(([name, s]) => [name, convolve([image(s)], [[ones(s.kernel)]], [0], { ...s, groups: 1 })[0]]);
}

function code({ size, kernel, stride, padding, dilation, mode, channels, groups, at }) {
  const tuple = (value) => `(${value.join(", ")})`;
  const ends = at.map((a, axis) => a * stride[axis]);
  const slice = (axis) =>
    `${ends[axis]}:${ends[axis] + dilation[axis] * (kernel[axis] - 1) + 1}${dilation[axis] > 1 ? `:${dilation[axis]}` : ""}`;
  return [
    [
      "torch",
      `layer = nn.Conv2d(${channels[0]}, ${channels[1]}, kernel_size=${tuple(kernel)}, stride=${tuple(stride)}, ` +
        `padding=${tuple(padding)}, dilation=${tuple(dilation)}, groups=${groups}, padding_mode="${mode}")\n` +
        `y = layer(torch.randn(1, ${channels[0]}, ${size.join(", ")}))`,
    ],
    ["numpy", `# the output at this place; padded is x with its padding\npadded[${slice(0)}, ${slice(1)}].sum()`],
  ];
}
