/** A kernel slides over a small image: products and sum at each place. */

import { correlate, matrix, shape, taps, transposed, turned } from "./core/conv.mjs";
import { format, matrixLiteral } from "./core/format.mjs";
import { cells, changed, studentPanel } from "./core/panels.mjs";
import { matrixOf, place } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";

/** The slide "(Discrete) Convolution vs. Cross-Correlation". */
const X = [
  [0, 80, 40],
  [20, 40, 0],
  [0, 0, 40],
];
const K = [
  [0, 0.25],
  [0.5, 1],
];
const MOST = 12;
const PRESETS = {
  "": "your own",
  slide: "the slide's",
  box: "mean of 3 × 3",
  edge: "upright edges",
};
const KERNELS = {
  slide: K,
  box: matrix(3, 3, () => 1 / 9),
  edge: matrix(3, 3, (_, j) => j - 1),
};

export const description = {
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
      go: (frame) => ({ at: [Math.floor(frame / columns), frame % columns] }),
    };
  },

  controls(state) {
    const preset = Object.keys(KERNELS).find((name) => same(KERNELS[name], state.k)) ?? "";
    const fitting = Object.entries(PRESETS).filter(
      ([name]) => name === preset || (name && fits(KERNELS[name], state.x)),
    );
    return [
      {
        kind: "choice",
        label: "Operation",
        value: state.flip ? "flip" : "slide",
        options: [
          ["slide", "cross-correlation"],
          ["flip", "convolution (k turned)"],
        ],
        change: (value) => ({ flip: value === "flip" }),
      },
      {
        kind: "choice",
        label: "Kernel",
        value: preset,
        options: fitting,
        change: (name) => (name ? { k: KERNELS[name], at: [0, 0] } : {}),
      },
      ...[0, 1].map((axis) => size(state, axis)),
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
        rows: cells(state.x, (i, j) => (under(i, j) ? ["window"] : [])),
        edit: (i, j, value) => ({ x: changed(state.x, i, j, value) }),
      },
      {
        kind: "grid",
        id: "k",
        title: "kernel k",
        rows: cells(state.k, () => []),
        edit: (i, j, value) => ({ k: changed(state.k, i, j, value) }),
      },
      ...(state.flip
        ? [{ kind: "grid", id: "turned", title: "k turned", rows: cells(used, () => []) }]
        : []),
      { kind: "grid", id: "products", title: "products", rows: cells(products, () => ["window"]), secret: true },
      {
        kind: "grid",
        id: "y",
        title: "output y",
        rows: cells(y, (i, j) => (i === row && j === column ? ["current"] : [])),
        cursor: state.at,
        move: (i, j) => ({ at: [i, j] }),
        secret: true,
      },
    ];
    const student = studentPanel(given, state, y, state.at, () => mistakes(state, y), ["x", "k", "bias", "flip"]);
    if (student.panel) panels.push(student.panel);
    const sum = window.map(({ i, j, p, q }) => `${parens(state.x[i][j])}·${parens(used[p][q])}`).join(" + ");
    const plus = state.bias ? ` + ${format(state.bias)} (bias)` : "";
    return {
      title: description.title,
      panels,
      sentence: `The ${state.flip ? "turned " : ""}kernel lies on rows ${row} to ${row + used.length - 1} and columns ${column} to ${column + used[0].length - 1} of x.`,
      result: `y[${row}, ${column}] = ${sum}${plus} = ${format(y[row][column])}.`,
      student: student.sentence,
      question: { text: `What is y[${row}, ${column}]?`, answer: y[row][column] },
      code: code(state),
    };
  },
};

export default demo(description);

const fits = (k, x) => k.length <= x.length && k[0].length <= x[0].length;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const parens = (value) => (value < 0 ? `(${format(value)})` : format(value));

/** Rows or columns of x: taken from what is there, and repeated where there is no more. */
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
    },
  };
}

const plain = (x, k, bias) => correlate(x, k).map((row) => row.map((value) => value + bias));

const result = ({ x, k, flip, bias }) => plain(x, flip ? turned(k) : k, bias);

function mistakes({ x, k, bias, flip }, y) {
  const square = k.length === k[0].length;
  return [
    [`the other operation: the kernel is ${flip ? "not turned" : "turned"}`, plain(x, flip ? k : turned(k), bias)],
    ["a kernel turned up-down only", plain(x, [...k].reverse(), bias)],
    ["a kernel turned left-right only", plain(x, k.map((line) => [...line].reverse()), bias)],
    ...(square ? [["a transposed kernel", plain(x, transposed(k), bias)]] : []),
    ...(bias ? [["a forgotten bias", y.map((line) => line.map((value) => value - bias))]] : []),
    ["a mean instead of a sum", y.map((line) => line.map((value) => (value - bias) / k.flat().length + bias))],
    ["a window that is never multiplied by k", plain(x, k.map((line) => line.map(() => 1)), bias)],
    ["an output of the size of x: zeros were put around it", matrix(x.length, x[0].length, () => NaN)],
    ["a range that ends one place too early", y.slice(0, -1).map((line) => line.slice(0, -1))],
  ].filter(([, numbers]) => numbers[0]?.length);
}

function code({ x, k, bias, flip, at: [row, column] }) {
  const used = flip ? "k.flip(0, 1)" : "k";
  const turnedText = flip ? "k[::-1, ::-1]" : "k";
  const plus = bias ? ` + ${bias}` : "";
  return [
    [
      "torch",
      `x = torch.tensor(${matrixLiteral(x.map((line) => line.map(Number)))}, dtype=torch.float64)\n` +
        `k = torch.tensor(${matrixLiteral(k)}, dtype=torch.float64)\n` +
        `y = F.conv2d(x[None, None], ${used}[None, None])[0, 0]${plus}`,
    ],
    [
      "numpy",
      `# the sum at this place\n(x[${row}:${row + k.length}, ${column}:${column + k[0].length}] * ${turnedText}).sum()${plus}`,
    ],
  ];
}
