/** Normalisation: who shares a mean, what it does to the numbers, and what a test uses instead. */

import { curves, histogram, histogramChart } from "./core/chart.mjs";
import { count, format } from "./core/format.mjs";
import { average, normalise, running, shareOf, statistics } from "./core/norm.mjs";
import { cells, groupMark, studentPanel } from "./core/panels.mjs";
import { oneOf, place, whole } from "./core/state.mjs";
import { differing, matrixFrom } from "./core/student.mjs";
import { demo } from "./ui/demo.mjs";

const [IMAGES, CHANNELS, PIXELS, BATCHES] = [4, 4, 6, 24];
const CENTRES = [2, -1, 0, 4];
const SPREADS = [1, 0.5, 2, 1.5];
const KINDS = { batch: "batch norm", layer: "layer norm", instance: "instance norm", group: "group norm" };
const PARTS = [0.01, 0.1, 0.3, 1];
const BINS = 12;

/** The number at a place of the t-th batch; course_lib/widgets/normalization.py has the same. */
const entry = (t, n, c, p) =>
  CENTRES[c] + (SPREADS[c] * (((37 * n + 19 * c + 53 * p + 71 * t + 29 * n * p + 11 * t * p + 17 * p * p) % 41) - 20)) / 10;

const batch = (t) => {
  const range = (size) => Array.from({ length: size }, (_, i) => i);
  return range(IMAGES).map((n) => range(CHANNELS).map((c) => range(PIXELS).map((p) => entry(t, n, c, p))));
};

const STREAM = Array.from({ length: BATCHES }, (_, t) => batch(t));

export const description = {
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
      at: place(state.at, [IMAGES, CHANNELS]),
    };
  },

  frames: ({ step }) => ({ count: BATCHES, now: step, go: (frame) => ({ step: frame }) }),

  controls(state) {
    return [
      {
        kind: "choice",
        label: "Layer",
        value: state.kind,
        options: Object.entries(KINDS),
        change: (kind) => ({ kind }),
      },
      ...(state.kind === "group"
        ? [
            {
              kind: "choice",
              label: "Groups",
              value: String(state.groups),
              options: ["1", "2", "4"].map((groups) => [groups, groups]),
              change: (groups) => ({ groups: Number(groups) }),
            },
          ]
        : []),
      {
        kind: "choice",
        label: "Mode",
        value: state.training ? "train" : "eval",
        options: [
          ["train", "training"],
          ["eval", "evaluation"],
        ],
        change: (mode) => ({ training: mode === "train" }),
      },
      {
        kind: "number",
        label: "Batches seen before this one",
        value: state.step,
        low: 0,
        high: BATCHES - 1,
        change: (step) => ({ step }),
      },
      ...(state.kind === "batch"
        ? [
            {
              kind: "choice",
              label: "Part of the new batch",
              value: String(state.part),
              options: PARTS.map((part) => [String(part), `${part} (torch momentum ${part}, slide ${format(1 - part)})`]),
              change: (part) => ({ part: Number(part) }),
            },
          ]
        : []),
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
        rows: x.map((image, i) =>
          image.map((_, j) => ({
            text: format(Number(used[share(i, j)].mean.toFixed(2))),
            marks: [groupMark(share(i, j)), ...(i === n && j === c ? ["current"] : share(i, j) === mine ? ["window"] : [])],
          })),
        ),
        cursor: state.at,
        move: (i, j) => ({ at: [i, j] }),
        secret: true,
        covered: true,
      },
      chart("before", "the numbers that share it", values, [{ at: mean, label: "mean" }], -5, 8, false),
      chart("after", "these, normalised", after, [{ at: 0, label: "0" }], -4, 4, true),
    ];
    if (state.kind === "batch") panels.push(runningPanel(state, runs));
    const student = studentPart(given, state, y);
    if (student.panel) panels.push(student.panel);
    return {
      title: description.title,
      panels,
      formula: [formulaOf(state, runs, true), formulaOf(state, runs, false)],
      sentence: `${capital(KINDS[state.kind])} in ${state.training ? "training" : "evaluation"}, image ${n}, channel ${c}, batch ${state.step}.`,
      result:
        `${count(shares.size, "mean")} in all; ${count(values.length, "number")} share this one: mean ${format(mean)}, variance ${format(variance)}. ` +
        `${modeWords(state)} The first number goes from ${format(x[n][c][0])} to ${format(y[n][c][0])}.`,
      student: student.sentence,
      question: { text: `How many means does ${KINDS[state.kind]}${state.kind === "group" ? ` with ${count(state.groups, "group")}` : ""} use for ${IMAGES} images of ${CHANNELS} channels?`, answer: shares.size },
      code: code(state),
    };
  },
};

export default demo(description);

const capital = (words) => words[0].toUpperCase() + words.slice(1);

const sharing = (x, share, mine) =>
  x.flatMap((image, n) => image.flatMap((pixels, c) => (share(n, c) === mine ? pixels : [])));

/** The statistics that are used, the outputs, and the running statistics after each batch. */
function solve({ kind, groups, training, part, step }) {
  const x = STREAM[step];
  const share = shareOf(kind, groups, IMAGES, CHANNELS);
  const runs = running(STREAM.slice(0, step + 1), part);
  const used = kind === "batch" && !training ? runs[step] : statistics(x, share);
  return { share, used, runs, y: normalise(x, share, used) };
}

function chart(id, title, values, marks, low, high, secret) {
  const counts = histogram(values, low, high, BINS);
  const words = `${count(values.length, "number")}, mean ${format(average(values))}, from ${format(Math.min(...values))} to ${format(Math.max(...values))}`;
  return { kind: "chart", id, title, words, secret, chart: histogramChart(counts, low, high, marks, "value") };
}

function runningPanel({ step, at: [, c] }, runs) {
  const means = STREAM.slice(0, step + 1).map((x) => statistics(x, (_, channel) => channel)[c].mean);
  const series = [
    { name: "mean", values: runs.map((run) => run[c].mean), style: 0 },
    { name: "variance", values: runs.map((run) => run[c].variance), style: 1 },
    { name: "batch", values: [null, ...means], style: 2 },
  ];
  const last = runs.at(-1)[c];
  return {
    kind: "chart",
    id: "running",
    title: `running statistics of channel ${c}`,
    words: `after ${count(step + 1, "batch").replace("batchs", "batches")} the running mean is ${format(last.mean)}, the running variance ${format(last.variance)}`,
    chart: curves(series, BATCHES, "batches seen"),
  };
}

/** The step of the running mean in both ways of writing it. */
function formulaOf({ kind, part, step, at: [, c], training }, runs, hidden) {
  if (kind !== "batch") return "y = (x − mean) / √(variance + ε), in training and in evaluation alike";
  if (!training) return "y = (x − running mean) / √(running variance + ε); a test changes no average";
  const [old, now] = [runs[step][c].mean, runs[step + 1][c].mean];
  const mean = statistics(STREAM[step], (_, channel) => channel)[c].mean;
  const numbers = hidden ? "?" : format(now);
  const keep = format(1 - part);
  return (
    `torch, momentum ${format(part)}: (1 − ${format(part)}) · ${format(old)} + ${format(part)} · ${hidden ? "?" : format(mean)} = ${numbers}\n` +
    `slide, momentum ${keep}: ${keep} · ${format(old)} + (1 − ${keep}) · ${hidden ? "?" : format(mean)} = ${numbers}`
  );
}

function modeWords({ kind, training }) {
  if (kind !== "batch") return "Both modes do the same.";
  return training ? "Training uses the batch's own numbers." : "Evaluation uses the running averages.";
}

const flat = (y) => y.map((image) => image.flat());

/** The student's outputs, judged over all numbers; each entry is one cell with its largest error. */
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
  const errors = y.map((image, n) =>
    image.map((pixels, c) => Math.max(...pixels.map((value, p) => Math.abs(got[n][c * PIXELS + p] - value)))),
  );
  const rows = cells(errors, (n, c) => (wrong.some(([i, j]) => i === n && j === c) ? ["wrong"] : []));
  rows.flat().forEach((cell, at) => (cell.text = format(Number(errors.flat()[at].toFixed(3)))));
  return {
    sentence,
    panel: { kind: "grid", id: "student", title: `largest error of ${outcome.name}`, rows, cursor: state.at, move: (i, j) => ({ at: [i, j] }), secret: true },
  };
}

function mistakes(state) {
  const x = STREAM[state.step];
  const others = Object.keys(KINDS)
    .filter((kind) => kind !== state.kind)
    .map((kind) => [`means over the entries of ${KINDS[kind]}`, flat(solve({ ...state, kind, training: true }).y)]);
  const { share, used } = solve(state);
  const unbiased = used.map(({ mean, variance, size }) => ({ mean, variance: (variance * size) / (size - 1) }));
  const centred = used.map(({ mean }) => ({ mean, variance: 1 }));
  const isEval = state.kind === "batch" && !state.training;
  return [
    ...others,
    ["a variance that is missing", flat(normalise(x, share, centred))],
    ...(isEval
      ? [["the batch's own numbers in evaluation", flat(solve({ ...state, training: true }).y)]]
      : [["the unbiased variance", flat(normalise(x, share, unbiased))]]),
    ...(state.kind === "batch" && state.training
      ? [["the running averages in training", flat(solve({ ...state, training: false }).y)]]
      : []),
  ];
}

function code({ kind, groups, training, part, at: [n, c] }) {
  const layer = {
    batch: `nn.BatchNorm2d(${CHANNELS}, momentum=${part})`,
    layer: `nn.LayerNorm([${CHANNELS}, 2, 3])`,
    instance: `nn.InstanceNorm2d(${CHANNELS})`,
    group: `nn.GroupNorm(${groups}, ${CHANNELS})`,
  }[kind];
  const per = CHANNELS / groups;
  const first = Math.floor(c / per) * per;
  const members = { batch: `:, ${c}`, layer: String(n), instance: `${n}, ${c}`, group: `${n}, ${first}:${first + per}` }[kind];
  return [
    ["torch", `layer = ${layer}.${training ? "train" : "eval"}()\ny = layer(x)  # x is (${IMAGES}, ${CHANNELS}, 2, 3)`],
    ["numpy", `# the numbers that share the mean at the cursor\n(x[${members}].mean(), x[${members}].var())`],
  ];
}
