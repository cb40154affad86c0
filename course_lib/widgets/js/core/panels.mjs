/** The cells of a grid: what is written in them, how dark they are, how they are marked. */

import { format } from "./format.mjs";
import { differing, judge, matrixFrom } from "./student.mjs";

/** Cells of a matrix of numbers; `marks(row, column)` gives the marks of each. */
export function cells(matrix, marks) {
  const most = Math.max(...matrix.flat().map(Math.abs).filter(Number.isFinite), 1e-12);
  return matrix.map((row, i) =>
    row.map((value, j) => ({
      text: format(value),
      shade: Number.isFinite(value) ? value / most : 0,
      marks: marks(i, j),
    })),
  );
}

/** The mark of a group's tint; there are four tints. */
export const groupMark = (group) => `group${group % 4}`;

/** A matrix with another number in one place. */
export const changed = (old, row, column, value) =>
  old.map((line, i) => line.map((entry, j) => (i === row && j === column ? value : entry)));

export const sameSetting = (a, b, keys) =>
  keys.every((key) => JSON.stringify(a?.[key]) === JSON.stringify(b[key]));

/**
 * The student's outputs beside the right ones: {sentence, panel}, empty where there is no student.
 *
 * @param candidates () -> [what a mistake is, the matrix that it gives]
 * @param keys of the setting on which the function's answer depends
 */
export function studentPanel(given, state, right, [row, column], candidates, keys) {
  const outcome = given.student;
  if (!outcome) return {};
  if (!sameSetting(given.ran, state, keys))
    return { sentence: `${outcome.name} ran on another setting: call rerun() in a cell, or start again.` };
  const got = matrixFrom(outcome, [right.length, right[0].length]);
  const places = got ? differing(got, right) : [];
  const isWrong = (i, j) => places.some(([a, b]) => a === i && b === j);
  const here = isWrong(row, column)
    ? ` At [${row}, ${column}] it has ${format(got[row][column])}; right is ${format(right[row][column])}, as above.`
    : "";
  return {
    sentence: judge(outcome, right, candidates()) + here,
    panel: got && {
      kind: "grid",
      id: "student",
      title: outcome.name,
      rows: cells(got, (i, j) => [
        ...(isWrong(i, j) ? ["wrong"] : []),
        ...(i === row && j === column ? ["current"] : []),
      ]),
      cursor: [row, column],
      move: (i, j) => ({ at: [i, j] }),
      secret: true,
    },
  };
}
