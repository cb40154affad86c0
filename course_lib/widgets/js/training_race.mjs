/** A race: the same network with and without batch norm, trained here, step by step. */

import { curves } from "./core/chart.mjs";
import { format } from "./core/format.mjs";
import { BATCH, network, POINTS, predict, spirals, trained, WIDTH } from "./core/race.mjs";
import { oneOf, whole } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";

const STEPS = 120;
const SIDE = 40;
const REACH = 2.1; // of the square that is shown, from its middle
const HIGHEST = 3; // a loss above is drawn there
const RATES = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const SCALES = [0.1, 0.3, 1, 3];
const DATA = spirals();

export const description = {
  name: "training_race",
  title: "A race with and without batch norm",
  defaults: { rate: 0.1, scale: 0.3, depth: 4, seed: 1, step: 40 },

  settle(state) {
    return {
      rate: oneOf(state.rate, [0.1, ...RATES]),
      scale: oneOf(state.scale, [0.3, ...SCALES]),
      depth: whole(state.depth, 1, 6, 4),
      seed: whole(state.seed, 1, 5, 1),
      step: whole(state.step, 0, STEPS, 40),
    };
  },

  frames: ({ step }) => ({ count: STEPS + 1, now: step, go: (frame) => ({ step: frame }) }),

  controls(state) {
    const choice = (key, label, values) => ({
      kind: "choice",
      label,
      value: String(state[key]),
      options: values.map((value) => [String(value), String(value)]),
      change: (value) => ({ [key]: Number(value) }),
    });
    const number = (key, label, low, high) => ({ kind: "number", label, value: state[key], low, high, change: (value) => ({ [key]: value }) });
    return [
      choice("rate", "Learning rate", RATES),
      choice("scale", "First weights, times He's", SCALES),
      number("depth", "Hidden layers", 1, 6),
      number("seed", "Seed", 1, 5),
      number("step", "Steps of training", 0, STEPS),
    ];
  },

  view(state) {
    const { rate, scale, depth, seed, step } = state;
    const [normed, plain] = [true, false].map((norm) => runTo(step, { rate, scale, depth, seed, norm }));
    const [with_, without] = [normed, plain].map(({ networks }) => rightOf(networks[step]));
    const [lossWith, lossWithout] = [normed, plain].map((run) => recent(run.losses, step));
    const drawn = (losses) => losses.slice(0, step + 1).map((loss) => (Number.isFinite(loss) ? Math.min(loss, HIGHEST) : null));
    return {
      title: description.title,
      panels: [
        {
          kind: "chart",
          id: "losses",
          title: "loss of each batch",
          words: `with ${lossWords(lossWith)}, without ${lossWords(lossWithout)}`,
          secret: true,
          chart: curves(
            [
              { name: "with", values: drawn(normed.losses), style: 0 },
              { name: "without", values: drawn(plain.losses), style: 1 },
            ],
            STEPS,
            "steps",
          ),
        },
        points(),
        landscape("with", "with batch norm", normed.networks[step]),
        landscape("without", "without", plain.networks[step]),
      ],
      sentence: `Two spirals of ${POINTS / 2} points, ${BATCH} points a step; where a network sees the white one, its picture is white. ${depth} hidden layers of ${WIDTH}, learning rate ${rate}, first weights ${scale} times He's, seed ${seed}, ${step} steps.`,
      result:
        `With batch norm the loss is ${lossWords(lossWith)} and ${with_} of ${POINTS} points are right; without, ${lossWords(lossWithout)} and ${without}. ` +
        `(The loss is the mean of the last three steps; one seed proves nothing: try all five.)`,
      question: { text: `Which has more points right after ${step} steps with rate ${rate}, scale ${scale}, depth ${depth}, seed ${seed}: with, without or equal?`, answer: with_ > without ? "with" : with_ < without ? "without" : "equal" },
      code: code(state),
    };
  },
};

export default demo(description);

const runs = new Map(); // setting -> its training so far; it goes on where it was

/** {losses, networks}: the loss before each step, and the network after so many steps. */
function runTo(step, setting) {
  const key = JSON.stringify(setting);
  if (!runs.has(key)) {
    if (runs.size > 20) runs.clear();
    runs.set(key, { losses: [], networks: [network(setting)] });
  }
  const run = runs.get(key);
  while (run.losses.length <= step) {
    const start = (run.losses.length * BATCH) % POINTS;
    const x = DATA.x.subarray(2 * start, 2 * (start + BATCH));
    const { layers, loss } = trained(run.networks.at(-1), x, DATA.y.slice(start, start + BATCH), setting.rate);
    run.losses.push(loss);
    run.networks.push(layers);
  }
  return run;
}

function recent(losses, step) {
  const some = losses.slice(Math.max(0, step - 2), step + 1);
  return some.reduce((a, b) => a + b) / some.length;
}

const lossWords = (loss) => (Number.isFinite(loss) ? format(Number(loss.toPrecision(3))) : "no longer a number");

function rightOf(layers) {
  const logits = predict(layers, DATA.x);
  return DATA.y.filter((label, n) => logits[2 * n + label] > logits[2 * n + 1 - label]).length;
}

/** How likely the second class is at each place of the square, as grey. */
function landscape(id, title, layers) {
  const places = new Float64Array(2 * SIDE * SIDE);
  for (let at = 0; at < SIDE * SIDE; at++) {
    places[2 * at] = (((at % SIDE) + 0.5) / SIDE - 0.5) * 2 * REACH;
    places[2 * at + 1] = (0.5 - (Math.floor(at / SIDE) + 0.5) / SIDE) * 2 * REACH;
  }
  const logits = predict(layers, places);
  const values = Array.from({ length: SIDE * SIDE }, (_, at) => 1 / (1 + Math.exp(logits[2 * at] - logits[2 * at + 1])));
  const words = `${Math.round((100 * values.filter((value) => value > 0.5).length) / values.length)} % of the square is white`;
  return { kind: "map", id, title, maps: [{ values, low: 0, high: 1 }], height: SIDE, width: SIDE, zoom: 5, columns: 1, words, secret: true };
}

/** The points themselves, white and black on grey. */
function points() {
  const values = new Array(SIDE * SIDE).fill(0.5);
  const place = (value) => Math.min(Math.max(Math.floor((value / (2 * REACH) + 0.5) * SIDE), 0), SIDE - 1);
  DATA.y.forEach((label, n) => (values[(SIDE - 1 - place(DATA.x[2 * n + 1])) * SIDE + place(DATA.x[2 * n])] = label));
  return { kind: "map", id: "points", title: "the points", maps: [{ values, low: 0, high: 1 }], height: SIDE, width: SIDE, zoom: 5, columns: 1, words: `two spirals of ${POINTS / 2} points` };
}

function code({ rate, scale, depth, step }) {
  return [
    [
      "torch",
      `def network(norm):\n    layers, width = [], 2\n    for _ in range(${depth}):\n` +
        `        layers += [nn.Linear(width, ${WIDTH}), *[nn.BatchNorm1d(${WIDTH})] * norm, nn.ReLU()]\n        width = ${WIDTH}\n` +
        `    return nn.Sequential(*layers, nn.Linear(width, 2))\n\n` +
        `models = network(True), network(False)\nfor model in models:\n    for layer in model:\n        if isinstance(layer, nn.Linear):\n` +
        `            nn.init.normal_(layer.weight, std=${scale} * (2 / layer.in_features) ** 0.5)\n            nn.init.zeros_(layer.bias)\n` +
        `    optimizer = torch.optim.SGD(model.parameters(), lr=${rate})\n    for step in range(${step}):\n` +
        `        x, y = batches[step % ${POINTS / BATCH}]  # ${BATCH} points and their classes\n        loss = F.cross_entropy(model(x), y)\n` +
        `        optimizer.zero_grad()\n        loss.backward()\n        optimizer.step()`,
    ],
    ["numpy", `# the deviation of the first weights of a hidden layer\n${scale} * np.sqrt(2 / ${WIDTH})`],
  ];
}
