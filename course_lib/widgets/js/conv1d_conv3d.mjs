/** Convolution in one dimension, along a signal, and in three, through a volume. */

import { curves } from "./core/chart.mjs";
import { outputSize } from "./core/conv.mjs";
import { count, format, literal, matrixLiteral } from "./core/format.mjs";
import { cells, changed, studentPanel } from "./core/panels.mjs";
import { matrixOf, whole } from "./core/state.mjs";
import { correlateSignal, correlateVolume, framed, turnedVolume, volume, volumeShape } from "./core/volume.mjs";
import { demo } from "./ui/demo.mjs";

const LONGEST = 16;
const DEEPEST = [5, 6, 6];
const SIGNAL = [0, 1, 0, 2, 1, 6, 8, 7, 8, 6, 1, 0];
/** A bright line that moves to the right from plane to plane, above a row that stays. */
const VIDEO = volume(4, 3, 5, (d, i, j) => (i === 2 ? 2 : j === d + 1 ? 9 : 0));
const PRESETS = {
  1: {
    difference: ["what changes", [-1, 1]],
    mean: ["mean of 3", [1 / 3, 1 / 3, 1 / 3]],
    smooth: ["smooth", [0.25, 0.5, 0.25]],
    bend: ["where it bends", [1, -2, 1]],
  },
  3: {
    right: ["moves to the right", [[[1, 0]], [[0, 1]]]],
    difference: ["what changes between planes", [[[-1]], [[1]]]],
    mean: ["mean of 2 × 2 × 2", volume(2, 2, 2, () => 1 / 8)],
    upright: ["upright edges in a plane", [[[-1, 1]]]],
  },
};
const STARTS = { 1: { x: SIGNAL, k: [-1, 1] }, 3: { x: VIDEO, k: PRESETS[3].right[1] } };
const AXES = { 1: ["length"], 3: ["planes", "rows", "columns"] };

export const description = {
  name: "conv1d_conv3d",
  title: "Convolution in one and in three dimensions",
  defaults: { dimensions: 1, x: SIGNAL, k: [-1, 1], stride: 1, padding: 0, dilation: 1, at: [0, 4] },

  settle(state) {
    const dimensions = state.dimensions === 3 ? 3 : 1;
    const read = dimensions === 3 ? volumeOf : signalOf;
    let x = read(state.x);
    let k = read(state.k);
    if (!x || !k || sizesOf(k).some((size, axis) => size > sizesOf(x)[axis])) ({ x, k } = STARTS[dimensions]);
    const stride = whole(state.stride, 1, 3, 1);
    const padding = dimensions === 3 ? 0 : whole(state.padding, 0, 3, 0);
    const dilation = dimensions === 3 ? 1 : whole(state.dilation, 1, widest(x, k, padding), 1);
    const legal = { dimensions, x, k, stride, padding, dilation };
    const sizes = outSizes(legal);
    const given = Array.isArray(state.at) ? state.at : [];
    const at = dimensions === 3 ? sizes.map((size, axis) => whole(given[axis], 0, size - 1, 0)) : [0, whole(given[1], 0, sizes[0] - 1, 0)];
    return { ...legal, at };
  },

  frames(state) {
    const [planes, rows, columns] = state.dimensions === 3 ? outSizes(state) : [1, 1, ...outSizes(state)];
    const [d, i, j] = state.dimensions === 3 ? state.at : [0, ...state.at];
    const place = (frame) => [Math.floor(frame / rows / columns), Math.floor(frame / columns) % rows, frame % columns];
    return {
      count: planes * rows * columns,
      now: (d * rows + i) * columns + j,
      go: (frame) => ({ at: place(frame).slice(state.dimensions === 3 ? 0 : 1) }),
    };
  },

  controls(state) {
    const { dimensions, x, k, stride, padding, dilation } = state;
    const presets = PRESETS[dimensions];
    const preset = Object.keys(presets).find((name) => JSON.stringify(presets[name][1]) === JSON.stringify(k));
    const fitting = Object.entries(presets).filter(([, [, kernel]]) => sizesOf(kernel).every((size, axis) => size <= sizesOf(x)[axis]));
    const own = preset ? [] : [["", "your own"]];
    const number = (key, label, low, high) => ({ kind: "number", label, value: state[key], low, high, change: (value) => ({ [key]: value }) });
    return [
      {
        kind: "choice",
        label: "Dimensions",
        value: String(dimensions),
        options: [
          ["1", "one: a signal"],
          ["3", "three: a video or a scan"],
        ],
        change: (value) => ({ dimensions: Number(value), ...STARTS[value], at: value === "3" ? [0, 0, 1] : [0, 4] }),
      },
      {
        kind: "choice",
        label: "Kernel",
        value: preset ?? "",
        options: [...own, ...fitting.map(([name, [words]]) => [name, words])],
        change: (name) => (name ? { k: presets[name][1] } : {}),
      },
      number("stride", "Stride", 1, 3),
      ...(dimensions === 1
        ? [
            number("padding", "Padding", 0, 3),
            number("dilation", "Dilation", 1, widest(x, k, padding)),
            {
              kind: "number",
              label: "Kernel size",
              value: k.length,
              low: 1,
              high: Math.min(5, Math.floor((x.length + 2 * padding - 1) / dilation) + 1, x.length),
              change: (size) => ({ k: Array.from({ length: size }, (_, p) => k[p] ?? 0) }),
            },
          ]
        : [
            {
              kind: "number",
              label: "Planes",
              value: x.length,
              low: k.length,
              high: DEEPEST[0],
              change: (planes) => ({ x: Array.from({ length: planes }, (_, d) => x[d % x.length]) }),
            },
          ]),
    ];
  },

  view(state, given) {
    return state.dimensions === 3 ? throughVolume(state, given) : alongSignal(state, given);
  },
};

export default demo(description);

const RUN_KEYS = ["dimensions", "x", "k", "stride", "padding", "dilation"];
const sizesOf = (x) => (typeof x[0] === "number" ? [x.length] : volumeShape(x));
const widest = (x, k, padding) => (k.length === 1 ? 3 : Math.max(1, Math.min(3, Math.floor((x.length + 2 * padding - 1) / (k.length - 1)))));
const parens = (value) => (value < 0 ? `(${format(value)})` : format(value));

const outSizes = ({ x, k, stride, padding, dilation }) =>
  sizesOf(x).map((size, axis) => outputSize(size, sizesOf(k)[axis], stride, padding, dilation));

const signalOf = (value) => (Array.isArray(value) && value.length ? (matrixOf([value], LONGEST, null)?.[0] ?? null) : null);

function volumeOf(value) {
  if (!Array.isArray(value) || !value.length || value.length > DEEPEST[0]) return null;
  const planes = value.map((plane) => matrixOf(plane, DEEPEST[1], null));
  const alike = planes.every((plane) => plane && plane.length === planes[0]?.length && plane[0].length === planes[0][0].length);
  return alike ? planes : null;
}

function alongSignal(state, given) {
  const { x, k, stride, padding, dilation, at } = state;
  const here = at[1];
  const inside = framed(x, padding);
  const y = correlateSignal(x, k, stride, padding, dilation);
  const places = k.map((_, p) => here * stride + p * dilation);
  const products = k.map((weight, p) => inside[places[p]] * weight);
  const student = studentPanel(given, state, [y], at, () => signalMistakes(state, y), RUN_KEYS);
  return {
    title: description.title,
    panels: [
      {
        kind: "grid",
        id: "x",
        title: padding ? "signal x in its padding" : "signal x",
        rows: cells([inside], (_, j) => [...(j < padding || j >= padding + x.length ? ["padding"] : []), ...(places.includes(j) ? ["window"] : [])]),
        edit: (_, j, value) => (x[j - padding] === undefined ? {} : { x: changed([x], 0, j - padding, value)[0] }),
      },
      { kind: "grid", id: "k", title: "kernel k", rows: cells([k], () => []), edit: (_, p, value) => ({ k: changed([k], 0, p, value)[0] }) },
      { kind: "grid", id: "products", title: "products", rows: cells([products], () => ["window"]), secret: true },
      {
        kind: "grid",
        id: "y",
        title: "output y",
        rows: cells([y], (_, j) => (j === here ? ["current"] : [])),
        cursor: at,
        move: (i, j) => ({ at: [i, j] }),
        secret: true,
        covered: true,
      },
      ...(student.panel ? [{ ...student.panel, covered: true }] : []),
      {
        kind: "chart",
        id: "both",
        title: "x drawn through, y dashed",
        words: `${count(x.length, "number")} in, ${y.length} out`,
        secret: true,
        chart: curves(
          [
            { name: "x", values: x, style: 0 },
            { name: "y", values: y, style: 1 },
          ],
          x.length - 1,
          "place",
        ),
      },
    ],
    formula: [sizeWords(state, true), sizeWords(state, false)],
    sentence: `A kernel of ${k.length} along ${count(x.length, "number")}; it lies on ${places.map((place) => `x[${format(place - padding)}]`).join(", ")}.`,
    result: `y[${here}] = ${k.map((weight, p) => `${parens(inside[places[p]])}·${parens(weight)}`).join(" + ")} = ${format(y[here])}.`,
    student: student.sentence,
    question: { text: `What is y[${here}]?`, answer: y[here] },
    code: signalCode(state),
  };
}

function throughVolume(state, given) {
  const { x, k, stride, at } = state;
  const y = correlateVolume(x, k, stride);
  const [first, top, left] = at.map((index) => index * stride);
  const [deep, high, wide] = volumeShape(k);
  const under = (d, i, j) => d >= first && d < first + deep && i >= top && i < top + high && j >= left && j < left + wide;
  const rows = y[0].length;
  const terms = k.flatMap((plane, d) => plane.flatMap((row, p) => row.map((weight, q) => `${parens(x[first + d][top + p][left + q])}·${parens(weight)}`)));
  const here = y[at[0]][at[1]][at[2]];
  const most = (planes) => Math.max(...planes.flat(2).map(Math.abs), 1e-12);
  const plane = (id, title, all, d, marks, more) => ({ kind: "grid", id: `${id}${d}`, title: `${title}, plane ${d}`, rows: shaded(all[d], most(all), marks), ...more });
  const student = volumeStudent(given, state, y);
  return {
    title: description.title,
    panels: [
      ...x.map((_, d) =>
        plane("x", "x", x, d, (i, j) => (under(d, i, j) ? ["window"] : []), {
          edit: (i, j, value) => ({ x: x.map((old, each) => (each === d ? changed(old, i, j, value) : old)) }),
        }),
      ),
      ...k.map((_, d) => plane("k", "k", k, d, () => [], { edit: (i, j, value) => ({ k: k.map((old, each) => (each === d ? changed(old, i, j, value) : old)) }) })),
      ...y.map((_, d) =>
        plane("y", "y", y, d, (i, j) => (d === at[0] && i === at[1] && j === at[2] ? ["current"] : []), {
          cursor: d === at[0] ? at.slice(1) : [-1, -1],
          move: (i, j) => ({ at: [d, i, j] }),
          secret: true,
        }),
      ),
      ...(student.panel ? [{ ...student.panel, move: (i, j) => ({ at: [Math.floor(i / rows), i % rows, j] }) }] : []),
    ],
    formula: [sizeWords(state, true), sizeWords(state, false)],
    sentence: `A kernel of ${deep} × ${high} × ${wide} through ${volumeShape(x).join(" × ")}; it lies on planes ${first} to ${first + deep - 1}, rows ${top} to ${top + high - 1}, columns ${left} to ${left + wide - 1}.`,
    result: `y[${at.join(", ")}] = ${terms.join(" + ")} = ${format(here)}.`,
    student: student.sentence,
    question: { text: `What is y[${at.join(", ")}]?`, answer: here },
    code: volumeCode(state),
  };
}

/** Cells as dark as in the whole volume, not in their plane alone. */
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
    (size, axis) => `${AXES[dimensions][axis]}: ⌊(${size} + 2·${padding} − ${dilation}·(${kernel[axis]} − 1) − 1) / ${stride}⌋ + 1 = ${hidden ? "?" : out[axis]}`,
  );
  const taps = kernel.reduce((a, b) => a * b);
  return `${lines.join("\n")}\nfour filters of this size for one channel: 4 · (${kernel.join("·")} + 1) = ${hidden ? "?" : 4 * (taps + 1)} parameters`;
}

function signalMistakes({ x, k }, [...y]) {
  return [
    ["a kernel that is turned", [correlateSignal(x, [...k].reverse(), 1, 0, 1)]],
    ["a window that is never multiplied by k", [correlateSignal(x, k.map(() => 1), 1, 0, 1)]],
    ["a mean instead of a sum", [y.map((value) => value / k.length)]],
    ["a range that ends one place too early", [y.slice(0, -1)]],
    ["an output as long as x: zeros were put around it", [new Array(x.length).fill(NaN)]],
  ].filter(([, [numbers]]) => numbers.length);
}

function volumeMistakes({ x, k }, y) {
  const flat = (planes) => planes.flat();
  return [
    ["a kernel that is turned", flat(correlateVolume(x, turnedVolume(k), 1))],
    ["a kernel whose planes are in the wrong order", flat(correlateVolume(x, [...k].reverse(), 1))],
    ["a sum over the kernel's first plane alone", flat(correlateVolume(x, k.map((plane, d) => (d ? plane.map((row) => row.map(() => 0)) : plane)), 1))],
    ["a mean instead of a sum", flat(y).map((row) => row.map((value) => value / k.flat(2).length))],
  ];
}

function signalCode({ x, k, stride, padding, dilation, at: [, here] }) {
  const list = (numbers) => `[${numbers.map(literal).join(", ")}]`;
  const start = here * stride;
  const every = dilation > 1 ? `:${dilation}` : "";
  return [
    [
      "torch",
      `x = torch.tensor(${list(x)}, dtype=torch.float64)\nk = torch.tensor(${list(k)}, dtype=torch.float64)\n` +
        `y = F.conv1d(x[None, None], k[None, None], stride=${stride}, padding=${padding}, dilation=${dilation})[0, 0]`,
    ],
    ["numpy", `# the sum at this place; padded is x with its padding\n(padded[${start}:${start + dilation * (k.length - 1) + 1}${every}] * k).sum()`],
  ];
}

function volumeCode({ x, k, stride, at }) {
  const list = (planes) => `[${planes.map(matrixLiteral).join(", ")}]`;
  const slice = at.map((index, axis) => `${index * stride}:${index * stride + volumeShape(k)[axis]}`).join(", ");
  return [
    [
      "torch",
      `x = torch.tensor(${list(x)}, dtype=torch.float64)\nk = torch.tensor(${list(k)}, dtype=torch.float64)\n` +
        `y = F.conv3d(x[None, None], k[None, None], stride=${stride})[0, 0]`,
    ],
    ["numpy", `# the sum at this place\n(x[${slice}] * k).sum()`],
  ];
}
