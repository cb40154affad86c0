/** Receptive fields through a stack of layers: what a unit sees, and which units see it. */

import { coneOf, fieldsOf, fitted, paddingOf, pathsTo, sizesOf } from "./core/field.mjs";
import { count, format } from "./core/format.mjs";
import { studentPanel } from "./core/panels.mjs";
import { pyramid } from "./core/pyramid.mjs";
import { place, whole } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";

const MOST = { layers: 5, size: 24, kernel: 5, stride: 3, dilation: 4 };
const PLAIN = [[3, 1, 1], [3, 1, 1], [3, 1, 1]];
const PRESETS = {
  plain: ["three of kernel 3", PLAIN],
  five: ["one of kernel 5", [[5, 1, 1]]],
  first: ["stride 2 first", [[3, 2, 1], [3, 1, 1], [3, 1, 1]]],
  last: ["stride 2 last", [[3, 1, 1], [3, 1, 1], [3, 2, 1]]],
  all: ["stride 2 everywhere", [[3, 2, 1], [3, 2, 1], [3, 2, 1]]],
  dilated: ["dilation 1, 2, 4", [[3, 1, 1], [3, 1, 2], [3, 1, 4]]],
  pooled: ["convolution 3 and pooling 2, twice", [[3, 1, 1], [2, 2, 1], [3, 1, 1], [2, 2, 1]]],
};

export const description = {
  name: "receptive_field",
  title: "What a unit sees, through a stack of layers",
  defaults: { layers: PLAIN, size: 15, padded: true, edit: 1, at: [3, 7] },

  settle(state) {
    const padded = state.padded !== false;
    const size = whole(state.size, 1, MOST.size, 15);
    const asked = Array.isArray(state.layers) && state.layers.every(Array.isArray) && state.layers.length ? state.layers : PLAIN;
    const layers = [];
    for (const [kernel, stride, dilation] of asked.slice(0, MOST.layers)) {
      const layer = [whole(kernel, 1, MOST.kernel, 1), whole(stride, 1, MOST.stride, 1), whole(dilation, 1, MOST.dilation, 1)];
      layers.push(fitted(sizesOf(size, layers, padded).at(-1), layer, padded));
    }
    const sizes = sizesOf(size, layers, padded);
    const [level, unit] = place(state.at, [sizes.length, Infinity]);
    return { layers, size, padded, edit: whole(state.edit, 1, layers.length, 1), at: [level, Math.min(unit, sizes[level] - 1)] };
  },

  frames(state) {
    const [level, unit] = state.at;
    return { count: levels(state)[level], now: unit, go: (frame) => ({ at: [level, frame] }) };
  },

  controls(state) {
    const { layers, size, padded, edit } = state;
    const preset = Object.keys(PRESETS).find((name) => JSON.stringify(PRESETS[name][1]) === JSON.stringify(layers));
    const own = preset ? [] : [["", "your own"]];
    const mine = layers[edit - 1];
    const widest = fitted(levels(state)[edit - 1], [MOST.kernel, mine[1], mine[2]], padded)[0];
    const part = (index, label, high) => ({
      kind: "number",
      label,
      value: mine[index],
      low: 1,
      high,
      change: (value) => ({ layers: layers.map((layer, each) => (each === edit - 1 ? layer.map((old, i) => (i === index ? value : old)) : layer)) }),
    });
    return [
      {
        kind: "choice",
        label: "Stack",
        value: preset ?? "",
        options: [...own, ...Object.entries(PRESETS).map(([name, [words]]) => [name, words])],
        change: (name) => (name ? { layers: PRESETS[name][1], at: top(state, PRESETS[name][1]) } : {}),
      },
      { kind: "number", label: "Inputs", value: size, low: 1, high: MOST.size, change: (value) => ({ size: value }) },
      {
        kind: "number",
        label: "Layers",
        value: layers.length,
        low: 1,
        high: MOST.layers,
        change: (value) => {
          const next = Array.from({ length: value }, (_, index) => layers[index] ?? [3, 1, 1]);
          return { layers: next, at: top(state, next) };
        },
      },
      { kind: "flag", label: "Padding", value: padded, change: (now) => ({ padded: now }) },
      { kind: "number", label: "Layer to change", value: edit, low: 1, high: layers.length, change: (value) => ({ edit: value }) },
      part(0, "Its kernel", widest),
      part(1, "Its stride", MOST.stride),
      part(2, "Its dilation", MOST.dilation),
    ];
  },

  view(state, given) {
    const { layers, size, padded, at } = state;
    const [level, unit] = at;
    const fields = fieldsOf(layers, padded);
    const cone = coneOf(at, size, layers, padded);
    const paths = pathsTo(at, size, layers, padded);
    const seen = paths.filter(Boolean).length;
    const { field, jump, start } = fields[level];
    const first = start + unit * jump;
    const above = cone.slice(level + 1).map((units, index) => `${units.size} of layer ${level + 1 + index}`);
    const right = [[fields.at(-1).field]];
    const student = studentPanel(given, state, right, [-1, -1], () => mistakes(state), ["layers"]);
    return {
      title: description.title,
      panels: [
        {
          kind: "chart",
          id: "stack",
          title: "each unit above what it sees; below the inputs, their paths to the chosen unit",
          words: `unit ${unit} of ${nameOf(level)} is chosen`,
          chart: pyramid(size, layers, padded, at, cone, paths.map((number) => (number ? String(number) : ""))),
          cursor: at,
          move: (row, column) => ({ at: [row, column] }),
          step: (up, along) => ({ at: up ? beside(state, level + up) : [level, unit + along] }),
          secret: true,
        },
        ...(student.panel ? [{ ...student.panel, move: undefined, cursor: undefined }] : []),
      ],
      formula: [formula(state, fields, true), formula(state, fields, false)],
      sentence: `${count(layers.length, "layer")}, ${levels(state).join(" → ")} units; chosen is unit ${unit} of ${nameOf(level)}.`,
      result:
        `In theory it sees ${count(field, "input")}, from ${format(first)} to ${format(first + field - 1)}. ` +
        `Measured: ${seen} of the ${size} inputs ${seen === 1 ? "changes" : "change"} it${lost(field, seen, state)}, ${pathWords(paths)}. ` +
        (above.length ? `It is seen by ${above.join(", ")}.` : "No layer follows."),
      student: student.sentence,
      question: { text: `How many inputs does one unit of the last layer see, in theory, behind ${layers.map(words).join(", then ")}?`, answer: fields.at(-1).field },
      code: code(state),
    };
  },
};

export default demo(description);

const levels = ({ size, layers, padded }) => sizesOf(size, layers, padded);
const nameOf = (level) => (level ? `layer ${level}` : "the input");
const words = ([kernel, stride, dilation]) => `kernel ${kernel}${stride > 1 ? ` stride ${stride}` : ""}${dilation > 1 ? ` dilation ${dilation}` : ""}`;

/** The unit in the middle of the last layer. */
function top({ size, padded }, layers) {
  const { layers: legal } = description.settle({ size, padded, layers });
  return [legal.length, Math.floor(sizesOf(size, legal, padded).at(-1) / 2)];
}

/** The unit of another level whose field lies nearest to that of the chosen one. */
function beside(state, level) {
  if (level < 0 || level > state.layers.length) return state.at;
  const fields = fieldsOf(state.layers, state.padded);
  const middle = (l, unit) => fields[l].start + unit * fields[l].jump + fields[l].field / 2;
  const wanted = middle(state.at[0], state.at[1]);
  const all = Array.from({ length: levels(state)[level] }, (_, unit) => unit);
  const distance = (unit) => Math.abs(middle(level, unit) - wanted);
  return [level, all.reduce((best, unit) => (distance(unit) < distance(best) ? unit : best))];
}

function formula({ layers }, fields, hidden) {
  return layers
    .map(([kernel, stride, dilation], index) => {
      const [before, after] = [fields[index], fields[index + 1]];
      const wide = dilation > 1 ? `·${dilation}` : "";
      const numbers = hidden ? ["?", "?", "?", "?"] : [before.field, before.jump, after.field, after.jump];
      return `layer ${index + 1}: field ${numbers[0]} + (${kernel} − 1)${wide}·${numbers[1]} = ${numbers[2]}, jump ${numbers[1]}·${stride} = ${numbers[3]}`;
    })
    .join("\n");
}

function lost(field, seen, { padded, layers }) {
  if (seen === field) return "";
  const gaps = layers.some(([kernel, stride, dilation]) => dilation > 1 || stride > kernel);
  return padded ? ` (the rest lies in the padding${gaps ? " or between its taps" : ""})` : " (the rest lies between its taps)";
}

function pathWords(paths) {
  const some = paths.filter(Boolean);
  if (!some.length) return "since no path leads to it";
  const [least, most] = [Math.min(...some), Math.max(...some)];
  return least === most ? `by ${count(most, "path")} each` : `by ${least} to ${most} paths each`;
}

function mistakes({ layers }) {
  const fold = (step) => [[layers.reduce(([field, jump], [kernel, stride]) => step(field, jump, kernel, stride), [1, 1])[0]]];
  return [
    ["strides that are ignored", fold((f, j, k) => [f + k - 1, 1])],
    ["a stride that widens its own layer's kernel", fold((f, j, k, s) => [f + (k - 1) * j * s, j * s])],
    ["kernels that are multiplied", fold((f, j, k) => [f * k, 1])],
    ["kernels added up whole, without the − 1", fold((f, j, k, s) => [f + k * j, j * s])],
    ["the field in the layer before, not in the input", [[layers.at(-1)[0]]]],
  ];
}

function code({ layers, size, padded, at: [level, unit] }) {
  const lines = layers.map(
    (layer) => `    nn.Conv1d(1, 1, ${layer[0]}, stride=${layer[1]}, padding=${paddingOf(layer, padded)}, dilation=${layer[2]}, bias=False),`,
  );
  const terms = layers.slice(0, level).map(([kernel, , dilation], index) => {
    const jumps = layers.slice(0, index).map(([, stride]) => stride);
    return ` + (${kernel} - 1) * ${[dilation, ...jumps].join(" * ")}`;
  });
  return [
    [
      "torch",
      `layers = nn.Sequential(\n${lines.join("\n")}\n)\nfor layer in layers:\n    nn.init.ones_(layer.weight)\n` +
        `x = torch.ones(1, 1, ${size}, requires_grad=True)\nlayers[:${level}](x)[0, 0, ${unit}].backward()\nx.grad  # the paths from each input`,
    ],
    ["numpy", `# the field: for each layer (kernel - 1), times its dilation and the strides before it\n1${terms.join("")}`],
  ];
}
