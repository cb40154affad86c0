/** Pooling: the largest or the mean of each window, and what a shift of the image does to it. */

import { shape, taps } from "./core/conv.mjs";
import { format, matrixLiteral } from "./core/format.mjs";
import { cells, changed, studentPanel } from "./core/panels.mjs";
import { pool, relativeDistance, roll } from "./core/pool.mjs";
import { matrixOf, oneOf, pair, place, whole } from "./core/state.mjs";
import { demo } from "./ui/demo.mjs";

const X = [
  [0, 1, 0, 2, 0, 0, 1, 0],
  [0, 9, 8, 3, 0, 1, 0, 2],
  [1, 7, 9, 6, 2, 0, 0, 0],
  [0, 2, 5, 9, 8, 1, 0, 1],
  [0, 0, 1, 6, 9, 7, 2, 0],
  [2, 0, 0, 1, 5, 9, 4, 0],
  [0, 1, 0, 0, 2, 3, 1, 0],
  [0, 0, 2, 0, 0, 1, 0, 3],
];
const MOST = 10;
const FARTHEST = 4;

export const description = {
  name: "pooling",
  title: "Pooling, and what a shift does to it",
  defaults: { x: X, operation: "max", kernel: 2, stride: 2, shift: [0, 0], at: [0, 0] },

  settle(state) {
    const x = matrixOf(state.x, MOST, X);
    const side = Math.min(...shape(x));
    const kernel = whole(state.kernel, 1, Math.min(4, side), Math.min(2, side));
    const stride = whole(state.stride, 1, 4, 2);
    const operation = oneOf(state.operation, ["max", "mean"]);
    const at = place(state.at, shape(pool(x, operation, kernel, stride)));
    return { x, operation, kernel, stride, shift: pair(state.shift, -FARTHEST, FARTHEST, [0, 0]), at };
  },

  frames(state) {
    const [rows, columns] = shape(pooled(state));
    return {
      count: rows * columns,
      now: state.at[0] * columns + state.at[1],
      go: (frame) => ({ at: [Math.floor(frame / columns), frame % columns] }),
    };
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
      {
        kind: "choice",
        label: "Take the",
        value: state.operation,
        options: [
          ["max", "largest"],
          ["mean", "mean"],
        ],
        change: (operation) => ({ operation }),
      },
      { kind: "number", label: "Window", value: state.kernel, low: 1, high: Math.min(4, ...shape(state.x)), change: (kernel) => ({ kernel }) },
      { kind: "number", label: "Stride", value: state.stride, low: 1, high: 4, change: (stride) => ({ stride }) },
      shift(0, "Shift down"),
      shift(1, "Shift right"),
    ];
  },

  view(state, given) {
    const { operation, kernel, stride, at } = state;
    const x = roll(state.x, state.shift);
    const [y, before] = [pool(x, operation, kernel, stride), pooled({ ...state, shift: [0, 0] })];
    const window = taps([kernel, kernel], at, [stride, stride]);
    const values = window.map(({ i, j }) => x[i][j]);
    const now = y[at[0]][at[1]];
    const under = (i, j) => window.some((tap) => tap.i === i && tap.j === j);
    const isTaken = (i, j) => operation === "max" && under(i, j) && x[i][j] === now;
    const moved = state.shift.some(Boolean);
    const here = (i, j) => i === at[0] && j === at[1];
    const panels = [
      {
        kind: "grid",
        id: "x",
        title: moved ? "image, shifted" : "image",
        rows: cells(x, (i, j) => (isTaken(i, j) ? ["current"] : under(i, j) ? ["window"] : [])),
        edit: (i, j, value) => ({ x: roll(changed(x, i, j, value), state.shift.map((step) => -step)) }),
      },
      {
        kind: "grid",
        id: "y",
        title: moved ? "pooled after the shift" : "pooled",
        rows: cells(y, (i, j) => (here(i, j) ? ["current"] : [])),
        cursor: at,
        move: (i, j) => ({ at: [i, j] }),
        secret: true,
      },
      {
        kind: "grid",
        id: "before",
        title: "pooled before the shift",
        rows: cells(before, (i, j) => (y[i][j] === before[i][j] ? [] : ["window"])),
        secret: true,
      },
    ];
    const student = studentPanel(given, state, y, at, () => mistakes(x, state), ["x", "operation", "kernel", "stride", "shift"]);
    if (student.panel) panels.push(student.panel);
    return {
      title: description.title,
      panels,
      sentence: `Windows of ${kernel} × ${kernel}, ${stride} apart; the image is shifted by ${format(state.shift[0])} down and ${format(state.shift[1])} right, and what leaves comes in again.`,
      result: `y[${at.join(", ")}] is the ${operation === "max" ? "largest" : "mean"} of ${values.map(format).join(", ")}: ${format(now)}. ${shiftWords(x, state, y, before)}`,
      student: student.sentence,
      question: { text: `What is y[${at.join(", ")}]?`, answer: now },
      code: code(state),
    };
  },
};

export default demo(description);

const pooled = ({ x, operation, kernel, stride, shift }) => pool(roll(x, shift), operation, kernel, stride);

function shiftWords(x, { x: still, shift }, y, before) {
  if (!shift.some(Boolean)) return "Shift the image to see what changes.";
  const percent = (share) => (share === null ? "by no share, being 0" : `by ${format(100 * share)} %`);
  const different = y.flat().filter((value, at) => value !== before.flat()[at]).length;
  return (
    `The shift changes ${different} of ${y.flat().length} outputs (framed): the pooled image ` +
    `${percent(relativeDistance(y, before))}, the image itself ${percent(relativeDistance(x, still))}.`
  );
}

function mistakes(x, { operation, kernel, stride }) {
  const y = pool(x, operation, kernel, stride);
  const other = operation === "max" ? "mean" : "max";
  const negative = x.map((row) => row.map((value) => -value));
  const all = [
    [`the ${other} instead of the ${operation === "max" ? "largest" : "mean"}`, pool(x, other, kernel, stride)],
    ...(stride === kernel ? [] : [["windows as far apart as they are wide", pool(x, operation, kernel, kernel)]]),
    ...(stride === 1 ? [] : [["a stride that is ignored", pool(x, operation, kernel, 1)]]),
    ["a range that ends one window too early", y.slice(0, -1).map((row) => row.slice(0, -1))],
    operation === "max"
      ? ["the smallest instead of the largest", pool(negative, "max", kernel, stride).map((row) => row.map((value) => -value))]
      : ["a sum that is not divided", y.map((row) => row.map((value) => value * kernel * kernel))],
  ];
  return all.filter(([, numbers]) => numbers[0]?.length);
}

function code({ x, operation, kernel, stride, shift, at }) {
  const [top, left] = at.map((index) => index * stride);
  const moved = shift.some(Boolean) ? `x = x.roll((${shift.join(", ")}), dims=(0, 1))\n` : "";
  return [
    [
      "torch",
      `x = torch.tensor(${matrixLiteral(x)}, dtype=torch.float64)\n${moved}` +
        `y = F.${operation === "max" ? "max" : "avg"}_pool2d(x[None], kernel_size=${kernel}, stride=${stride})[0]`,
    ],
    ["numpy", `# the number at this place\nx[${top}:${top + kernel}, ${left}:${left + kernel}].${operation}()`],
  ];
}
