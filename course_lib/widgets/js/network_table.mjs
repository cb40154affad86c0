/** A network as a table: shapes, parameters, multiply-adds, from lines of torch that one pastes. */

import { bars } from "./core/chart.mjs";
import { count, grouped } from "./core/format.mjs";
import { tabulate } from "./core/network.mjs";
import { whole } from "./core/state.mjs";
import { parse } from "./core/torch_lines.mjs";
import { demo } from "./ui/demo.mjs";
import { textPad } from "./ui/text_pad.mjs";

const [LONGEST, LAYERS] = [8000, 60];
const MOST = [512, 256, 256, 256];
const AXES = { 2: ["Channels", "Length"], 3: ["Channels", "Rows", "Columns"], 4: ["Channels", "Planes", "Rows", "Columns"] };
const INPUTS = { 2: [1, 120], 3: [3, 32, 32], 4: [1, 8, 16, 16] };
const LENET5 = `nn.Conv2d(1, 6, 5, padding=2)
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
const PRESETS = {
  lenet5: ["LeNet-5 of 1998", [1, 28, 28], LENET5],
  example: ["ten filters of 5 × 5", [3, 32, 32], "nn.Conv2d(3, 10, 5, padding=2)"],
  small: ["two of 3 × 3 for one of 5 × 5", [64, 56, 56], "nn.Conv2d(64, 64, 3, padding=1, bias=False)\nnn.ReLU()\nnn.Conv2d(64, 64, 3, padding=1, bias=False)"],
  separable: ["depthwise, then 1 × 1", [64, 56, 56], "nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False)\nnn.BatchNorm2d(64)\nnn.ReLU()\nnn.Conv2d(64, 128, 1, bias=False)"],
  stem: ["how ResNet begins", [3, 224, 224], "nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)\nnn.BatchNorm2d(64)\nnn.ReLU()\nnn.MaxPool2d(3, stride=2, padding=1)"],
};

export const description = {
  name: "network_table",
  title: "A network as a table",
  defaults: { code: LENET5, input: [1, 28, 28], at: [1, 0] },

  settle(state) {
    const code = typeof state.code === "string" ? state.code.slice(0, LONGEST) : LENET5;
    const given = Array.isArray(state.input) && AXES[state.input.length] ? state.input : [1, 28, 28];
    const input = given.map((size, axis) => whole(size, 1, MOST[axis], 1));
    const row = whole(Array.isArray(state.at) ? state.at[0] : 0, 0, tableOf({ code, input }).rows.length - 1, 0);
    return { code, input, at: [row, 0] };
  },

  frames(state) {
    const { rows } = tableOf(state);
    return { count: rows.length, now: state.at[0], go: (frame) => ({ at: [frame, 0] }) };
  },

  pad(actions) {
    const pad = textPad("Layers: paste nn.Conv2d(...) lines, or what print(model) shows", (code) => actions.patch({ code }));
    return { root: pad.root, draw: ({ code }) => pad.draw(code) };
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
        options: [...own, ...Object.entries(PRESETS).map(([name, [words]]) => [name, words])],
        change: (name) => (name ? { input: PRESETS[name][1], code: PRESETS[name][2], at: [1, 0] } : {}),
      },
      {
        kind: "choice",
        label: "Input",
        value: String(state.input.length),
        options: [["2", "signal"], ["3", "image"], ["4", "volume"]],
        change: (axes) => ({ input: INPUTS[axes] }),
      },
      ...state.input.map((size, axis) => ({
        kind: "number",
        label: AXES[state.input.length][axis],
        value: size,
        low: 1,
        high: MOST[axis],
        change: (value) => ({ input: state.input.map((old, each) => (each === axis ? value : old)) }),
      })),
      {
        kind: "choice",
        label: "Add",
        value: "",
        options: [["", "a layer"], ...offered.map((line) => [line, line])],
        change: (line) => (line ? added(state, line) : {}),
      },
      { kind: "action", label: "Remove the last line", change: () => ({ code: state.code.trimEnd().split("\n").slice(0, -1).join("\n") }) },
    ];
  },

  view(state) {
    const { rows, fault } = tableOf(state);
    const here = state.at[0];
    const row = rows[here];
    const total = (key) => rows.reduce((sum, each) => sum + each[key], 0);
    const where = `${here ? `layer ${here}, ` : "the "}${row.text}`;
    const chart = (key, title) => {
      const some = rows.flatMap((each, index) => (each[key] ? [{ label: `${index} ${each.text.replace(/\(.*/, "")}`, value: each[key], text: grouped(each[key]), marked: index === here }] : []));
      const words = some.map(({ label, text }) => `${label}: ${text}`).join(", ") || "none";
      return { kind: "chart", id: key, title, words, secret: true, chart: bars(some.length ? some : [{ label: "none", value: 0, text: "" }], Math.max(...some.map(({ value }) => value))) };
    };
    return {
      title: description.title,
      panels: [
        {
          kind: "table",
          id: "table",
          title: "one image through the network",
          columns: ["layer", "what comes out", "parameters", "multiply-adds"],
          rows: rows.map((each) => [each.text, each.shape.join(" × "), grouped(each.parameters), grouped(each.adds)]),
          cursor: here,
          move: (to) => ({ at: [to, 0] }),
          secret: true,
        },
        chart("parameters", "where the parameters are"),
        chart("adds", "where the multiply-adds are"),
      ],
      formula: [HIDDEN, row.reasons.join("\n") || "nothing to learn and nothing to multiply"],
      sentence: `${count(rows.length - 1, "layer")} on ${state.input.join(" × ")}; chosen is ${where}.`,
      result:
        `${fault ? `${fault} ` : ""}${row.shape.join(" × ")} comes out; ${count(row.parameters, "parameter").replace(/^\d+/, grouped)}, ${grouped(row.adds)} multiply-adds. ` +
        `In all: ${grouped(total("parameters"))} parameters, ${grouped(total("adds"))} multiply-adds for one ${["", "", "signal", "image", "volume"][state.input.length]}.`,
      question: { text: `What comes out of ${where}, in the form ${AXES[state.input.length].map((_, axis) => "CHWD"[axis]).join(" × ")}?`, answer: row.shape.join(" × ") },
      code: code(state, row, here),
    };
  },
};

export default demo(description);

const HIDDEN = "a window along one axis: ⌊(N + 2P − D(K − 1) − 1) / S⌋ + 1\na convolution: filters · (channels / groups · kernel + 1) parameters";

const tableOf = ({ code, input }) => tabulate(parse(code).slice(0, LAYERS), input);

/** Lines that fit on what comes out so far. */
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
    ...(space.every((size) => size > 1) ? [`nn.MaxPool${d}(2)`] : []),
    "nn.Flatten()",
  ];
}

function added(state, line) {
  const code = `${state.code.trimEnd()}\n${line}`.trimStart();
  return { code, at: [tableOf({ ...state, code }).rows.length - 1, 0] };
}

function code({ code: text, input }, row, here) {
  const layers = parse(text).slice(0, LAYERS).map((layer) => `    nn.${layer.text},`);
  const { shape } = row;
  return [
    [
      "torch",
      `model = nn.Sequential(\n${layers.join("\n")}\n)\n` +
        `[tuple(x.shape[1:]) for x in itertools.accumulate(model, lambda x, layer: layer(x), initial=torch.zeros(1, ${input.join(", ")}))]\n` +
        `sum(p.numel() for p in model.parameters())`,
    ],
    ["numpy", `# how many numbers come out of ${here ? `layer ${here}` : "the input"}\nnp.prod((${shape.join(", ")},))`],
  ];
}
