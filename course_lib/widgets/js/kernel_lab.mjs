/** Kernels on photographs: presets, numbers that one can change, and what comes out. */

import { matrix, shape, turned } from "./core/conv.mjs";
import { format, matrixLiteral } from "./core/format.mjs";
import { bytesOf, convLayer } from "./core/layers.mjs";
import { cells, changed } from "./core/panels.mjs";
import { matrixOf, oneOf, place, whole } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";

const SIDE = 128;
const MOST = 7;
const CROPPED = { brick: "", camera: "", chelsea: "[:, 64:320]", coffee: "[:, 64:320]" };
const NAMES = Object.keys(CROPPED);
const mean = (size) => matrix(size, size, () => 1 / size ** 2);
const UPRIGHT = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]];

/** What a kernel is called, the kernel, and how its outputs become grey. */
const PRESETS = {
  identity: ["nothing", [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "cut"],
  mean3: ["mean of 3 × 3", mean(3), "cut"],
  mean7: ["mean of 7 × 7", mean(7), "cut"],
  gauss: ["Gauss, 5 × 5", matrix(5, 5, (i, j) => ([1, 4, 6, 4, 1][i] * [1, 4, 6, 4, 1][j]) / 256), "cut"],
  sharpen: ["sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "cut"],
  upright: ["upright edges (Sobel)", UPRIGHT, "middle"],
  level: ["level edges (Sobel)", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "middle"],
  laplace: ["Laplace", [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "middle"],
  emboss: ["emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], "cut"],
  shift: ["move right", matrix(7, 7, (i, j) => (i === 3 && j === 0 ? 1 : 0)), "cut"],
};
const GREYS = {
  cut: "0 black, 1 white, cut off beyond",
  middle: "0 is middle grey",
  stretch: "smallest black, largest white",
};

export const description = {
  name: "kernel_lab",
  title: "Kernels on photographs",
  defaults: { photograph: "camera", k: UPRIGHT, flip: false, grey: "middle", at: [43, 41] },
  needs: (read) => ({ photographs: read("photographs.u8") }),

  settle(state) {
    const k = matrixOf(state.k, MOST, UPRIGHT);
    return {
      photograph: oneOf(state.photograph, ["camera", ...NAMES]),
      k,
      flip: state.flip === true,
      grey: oneOf(state.grey, ["middle", ...Object.keys(GREYS)]),
      at: place(state.at, outShape(k)),
    };
  },

  frames(state) {
    const names = Object.keys(PRESETS);
    return { count: names.length, now: Math.max(0, names.indexOf(presetOf(state))), go: (frame) => preset(names[frame]) };
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
        change: (photograph) => ({ photograph }),
      },
      {
        kind: "choice",
        label: "Kernel",
        value: presetOf(state) ?? "",
        options: [...own, ...Object.entries(PRESETS).map(([name, [words]]) => [name, words])],
        change: (name) => (name ? preset(name) : {}),
      },
      { kind: "number", label: "Kernel size", value: state.k.length, low: 1, high: MOST, change: (size) => ({ k: resized(state.k, size) }) },
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
      { kind: "choice", label: "Grey", value: state.grey, options: Object.entries(GREYS), change: (grey) => ({ grey }) },
      { kind: "number", label: "Row", value: state.at[0], low: 0, high: rows - 1, change: (row) => ({ at: [row, state.at[1]] }) },
      { kind: "number", label: "Column", value: state.at[1], low: 0, high: columns - 1, change: (column) => ({ at: [state.at[0], column] }) },
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
    const sum = k.flat().reduce((a, b) => a + b);
    const move = (i, j) => ({ at: [i, j] });
    return {
      title: description.title,
      panels: [
        {
          ...picture("x", state.photograph, x, SIDE, SIDE, 0, 1),
          mark: { at, size: [high, wide] },
          move: (i, j) => ({ at: [i - Math.floor(high / 2), j - Math.floor(wide / 2)] }),
        },
        { ...picture("y", "what comes out", y, rows, columns, ...range(state.grey, least, most)), mark: { at, size: [1, 1] }, move, secret: true },
        { kind: "grid", id: "k", title: "kernel k", rows: cells(k, () => []), edit: (i, j, value) => ({ k: changed(k, i, j, value) }) },
        ...(state.flip ? [{ kind: "grid", id: "turned", title: "k turned", rows: short(used, []) }] : []),
        { kind: "grid", id: "pixels", title: "pixels under it", rows: short(pixels, ["window"]) },
        { kind: "grid", id: "products", title: "products", rows: short(products, []), secret: true },
      ],
      sentence: `A ${high} × ${wide} kernel, whose entries add up to ${format(rounded(sum))}, on ${state.photograph}, ${SIDE} × ${SIDE}.`,
      result: `y[${at.join(", ")}] is the sum of the products, ${format(here)}. The ${rows} × ${columns} outputs go from ${format(least)} to ${format(most)}.`,
      question: { text: `What is y[${at.join(", ")}]?`, answer: here },
      code: code(state),
    };
  },
};

export default demo(description);

const outShape = (k) => shape(k).map((size) => SIDE - size + 1);
const preset = (name) => ({ k: PRESETS[name][1], grey: PRESETS[name][2] });
const presetOf = ({ k }) => Object.keys(PRESETS).find((name) => JSON.stringify(PRESETS[name][1]) === JSON.stringify(k));
const rounded = (value) => Number(value.toFixed(9));

/** The numbers 0 to 1 of a photograph; black where none were sent. */
function photograph({ photograph: name }, given) {
  const bytes = typeof given.photographs === "string" ? bytesOf(given.photographs) : new Uint8Array(NAMES.length * SIDE * SIDE);
  const start = NAMES.indexOf(name) * SIDE * SIDE;
  return Float64Array.from(bytes.subarray(start, start + SIDE * SIDE), (value) => value / 255);
}

/** More rows and columns of zeros, or fewer, around the middle. */
function resized(k, size) {
  const [rows, columns] = shape(k);
  const from = (index, old) => index - Math.floor(size / 2) + Math.floor(old / 2);
  return matrix(size, size, (i, j) => k[from(i, rows)]?.[from(j, columns)] ?? 0);
}

function extremes(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function range(grey, least, most) {
  const farthest = Math.max(-least, most, 1e-9);
  return { cut: [0, 1], middle: [-farthest, farthest], stretch: [least, most] }[grey];
}

function picture(id, title, values, height, width, low, high) {
  const words = `${height} × ${width} pixels, ${format(low)} black, ${format(high)} white`;
  return { kind: "map", id, title, maps: [{ values, low, high }], height, width, zoom: 2.5, columns: 1, words };
}

/** Cells with at most two decimals, which the numbers of seven rows have room for. */
function short(numbers, marks) {
  const rows = cells(numbers, () => marks);
  rows.forEach((row, i) => row.forEach((cell, j) => (cell.text = format(Number(numbers[i][j].toFixed(2))))));
  return rows;
}

function code({ photograph: name, k, flip, at: [row, column] }) {
  const [high, wide] = shape(k);
  return [
    [
      "torch",
      `x = torch.from_numpy(load_photograph("${name}", grey=True)${CROPPED[name]})[None, None]\n` +
        `x = F.avg_pool2d(x, 2)\n` +
        `k = torch.tensor(${matrixLiteral(k)}, dtype=torch.float32)\n` +
        `y = F.conv2d(x, k${flip ? ".flip(0, 1)" : ""}[None, None])[0, 0]`,
    ],
    ["numpy", `# the output at this place; x is (${SIDE}, ${SIDE})\n(x[${row}:${row + high}, ${column}:${column + wide}] * ${flip ? "k[::-1, ::-1]" : "k"}).sum()`],
  ];
}
