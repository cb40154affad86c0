/** LeNet-5 on a digit that one draws: what each layer makes of it, while the pen moves. */

import { bars } from "./core/chart.mjs";
import { centred, moved, sample } from "./core/drawing.mjs";
import { count, format, grouped } from "./core/format.mjs";
import { costs, forward, readNetwork, SIDE } from "./core/lenet5.mjs";
import { softmax } from "./core/layers.mjs";
import { pair, whole } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";
import { padView } from "./ui/pad.mjs";

const FARTHEST = 8;
const SMALL = [[6, 1, 5, 5], [6], [16, 6, 5, 5], [16], [120, 400], [120], [84, 120], [84], [10, 84], [10]];

export const description = {
  name: "lenet5",
  title: "LeNet-5 reads a digit that you draw",
  defaults: { digit: 5, drawn: null, centre: true, shift: [0, 0] },
  needs: (read) => ({ network: { shapes: SMALL, weights: read("small_lenet5.f32") } }),

  settle(state) {
    const isImage = Array.isArray(state.drawn) && state.drawn.length === SIDE * SIDE;
    return {
      digit: whole(state.digit, 0, 9, 5),
      drawn: isImage ? state.drawn.map((value) => whole(value, 0, 255, 0)) : null,
      centre: state.centre !== false,
      shift: pair(state.shift, -FARTHEST, FARTHEST, [0, 0]),
    };
  },

  frames: ({ digit }) => ({ count: 10, now: digit, go: (frame) => ({ digit: frame, drawn: null }) }),

  pad(actions) {
    const pad = padView(actions.patch);
    return { root: pad.root, draw: (state) => pad.draw(drawing(state)) };
  },

  controls(state) {
    const shift = (axis, label) => ({
      kind: "number",
      label,
      value: state.shift[axis],
      text: format(state.shift[axis]),
      low: -FARTHEST,
      high: FARTHEST,
      change: (value) => ({ shift: state.shift.map((old, each) => (each === axis ? value : old)) }),
    });
    return [
      { kind: "flag", label: "Put it in the middle, as in MNIST", value: state.centre, change: (centre) => ({ centre }) },
      shift(0, "Then move down"),
      shift(1, "Then move right"),
    ];
  },

  view(state, given) {
    const image = seen(state);
    const network = readNetwork(given.network);
    const inked = image.filter(Boolean).length;
    const sentence = `${what(state)} covers ${inked} of 784 pixels.`;
    const question = `Which digit does the network read in ${state.drawn ? "your drawing" : `digit ${state.digit}`} (${inked} pixels, ${state.shift.map(format).join(" down, ")} right)?`;
    const panels = [mapPanel("seen", "what the network sees", { values: image, shape: [1, SIDE, SIDE] }, 255)];
    if (!network) {
      const lost = { kind: "chart", id: "outputs", title: "outputs", words: "missing", secret: true, chart: bars([{ label: "?", value: 0, text: "" }], 1) };
      return { title: description.title, panels: [...panels, lost], sentence, result: "The trained weights are missing: run the cell again.", question: { text: question, answer: "nothing" }, code: [] };
    }
    const steps = forward(image, network);
    const logits = Array.from(steps.at(-1).values);
    const shares = softmax(logits);
    const order = shares.map((_, digit) => digit).sort((a, b) => shares[b] - shares[a]);
    const layers = steps.slice(1, -1);
    panels.push(...layers.map((step) => mapPanel(step.name.replace(" ", ""), title(step), step)));
    panels.push({
      kind: "chart",
      id: "outputs",
      title: "outputs, as probabilities",
      words: shares.map((share, digit) => `${digit}: ${percent(share)}`).join(", "),
      secret: true,
      chart: bars(shares.map((value, digit) => ({ label: digit, value, text: percent(value), marked: digit === order[0] })), 1),
    });
    const { parameters, adds } = costs(network, steps);
    const shapes = steps.map(({ name, shape }) => `${name}: ${shape.join(" × ")}`).join(" → ");
    const formula = `${shapes}\n${grouped(parameters)} parameters, ${grouped(adds)} multiply-adds`;
    const silent = layers.map(({ name, values }) => `${name} ${percent(values.filter((value) => !value).length / values.length)}`);
    return {
      title: description.title,
      panels,
      formula: [formula, formula],
      sentence,
      result: `The network reads ${order[0]} (${percent(shares[order[0]])}), else ${order[1]} (${percent(shares[order[1]])}). Numbers that are zero: ${silent.join(", ")}.`,
      question: { text: question, answer: order[0] },
      code: code(network, logits),
    };
  },
};

export default demo(description);

const drawing = ({ drawn, digit }) => drawn ?? sample(digit);
const seen = (state) => moved(state.centre ? centred(drawing(state)) : drawing(state), state.shift);
const what = ({ drawn, digit }) => (drawn ? "Your drawing" : `Digit ${digit}, drawn for you,`);
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const title = ({ name, shape }) =>
  shape.length === 3 ? `${name}${name.startsWith("conv") ? " and ReLU" : ""}: ${count(shape[0], "map")} of ${shape[1]} × ${shape[2]}` : `${name} and ReLU: ${count(shape[0], "number")}`;

/** Maps of one layer share black, which is 0, and white, which is their largest number. */
function mapPanel(id, title, { values, shape }, most = Math.max(...values)) {
  const units = shape.length === 1;
  const [maps, height, width] = units ? [1, ...oblong(shape[0])] : shape;
  const size = height * width;
  const each = Array.from({ length: maps }, (_, index) => ({
    values: Array.from({ length: size }, (_, at) => values[index * size + at] ?? 0),
    low: 0,
    high: most,
  }));
  const largest = Array.from(values).indexOf(Math.max(...values));
  const where = maps > 1 ? ` in map ${Math.floor(largest / size)}` : units ? ` at number ${largest}` : "";
  const zoom = height > 20 ? (maps > 1 ? 3 : 5) : height > 10 ? 4 : height > 6 ? 4 : 7;
  return { kind: "map", id, title, maps: each, height, width, zoom, columns: maps > 8 ? Math.ceil(maps / 2) : 3, words: `largest ${format(Math.max(...values))}${where}` };
}

/** Rows and columns of an oblong for so many numbers. */
function oblong(size) {
  const rows = Math.floor(Math.sqrt(size / 2));
  const fitting = Array.from({ length: rows }, (_, less) => rows - less).find((each) => size % each === 0);
  return [fitting, size / fitting];
}

function code(network, logits) {
  const lines = network.map(({ shape, padding }, index) => {
    const isLast = index === network.length - 1;
    if (shape.length === 4) return `    nn.Conv2d(${shape[1]}, ${shape[0]}, kernel_size=${shape[2]}, padding=${padding}), nn.ReLU(), nn.MaxPool2d(2),`;
    return `    ${index === 2 ? "nn.Flatten(), " : ""}nn.Linear(${shape[1]}, ${shape[0]}),${isLast ? "" : " nn.ReLU(),"}`;
  });
  return [
    ["torch", `model = nn.Sequential(\n${lines.join("\n")}\n)\nlogits = model((image / 255 - 0.1307) / 0.3081)  # image is (1, 1, 28, 28), 0 to 255`],
    ["numpy", `# from the outputs to probabilities\nz = np.array([${logits.map((value) => value.toFixed(4)).join(", ")}])\nnp.exp(z) / np.exp(z).sum()`],
  ];
}
