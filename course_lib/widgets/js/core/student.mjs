/**
 * What a student's function returned, beside what is right.
 *
 * An outcome comes from course_lib/widgets/student.py: {name, status, text, shape, values,
 * likely}, where status is "values", "raised", "slow" or "unreadable".
 */

const TOLERANCE = 1e-4;

/** A number that travelled as JSON, where nan and the infinities are words. */
const number = (value) => (typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value);

const close = (got, right) =>
  Math.abs(got - right) <= TOLERANCE * Math.max(1, Math.abs(right)) || got === right;

/** The student's numbers as a matrix of this shape, or null where there are none of that shape. */
export function matrixFrom(outcome, [rows, columns]) {
  if (outcome?.status !== "values") return null;
  const sides = outcome.shape.filter((side, axis) => side !== 1 || axis >= outcome.shape.length - 2);
  if (sides.length !== 2 || sides[0] !== rows || sides[1] !== columns) return null;
  return Array.from({ length: rows }, (_, i) =>
    outcome.values.slice(i * columns, (i + 1) * columns).map(number),
  );
}

/** The places where two matrices of one shape differ. */
export function differing(got, right) {
  const places = [];
  right.forEach((row, i) =>
    row.forEach((value, j) => {
      if (!close(got[i][j], value)) places.push([i, j]);
    }),
  );
  return places;
}

/**
 * A sentence on the outcome.
 *
 * @param candidates [what the mistake is, the matrix that it gives]: those that the whole answer
 *   equals are named, where the right answer is another.
 */
export function judge(outcome, right, candidates) {
  const name = outcome.name;
  if (outcome.status === "slow") return `${name} was stopped: ${outcome.text}.`;
  if (outcome.status === "raised") return `${name} raised ${outcome.text}`;
  if (outcome.status === "unreadable") return `${name} returned ${outcome.text}.`;
  const likely = outcome.likely ? ` ${outcome.likely}` : "";
  const shape = [right.length, right[0].length];
  const got = matrixFrom(outcome, shape);
  if (got === null) {
    const given = matrixFrom(outcome, outcome.shape.slice(-2));
    const guess = likely || (given ? mistake(given, candidates) : "");
    return `${name} returned shape ${outcome.shape.join(" × ")}, expected ${shape.join(" × ")}.${guess}`;
  }
  const wrong = differing(got, right);
  if (!wrong.length) return `${name} agrees${shape[0] * shape[1] > 1 ? ` in all ${shape[0] * shape[1]} outputs` : ""}.`;
  const guess = likely || mistake(got, candidates);
  return `${name} differs in ${wrong.length} of ${shape[0] * shape[1]} outputs, marked ≠.${guess}`;
}

/** The one candidate that explains the whole answer; one made of nan stands for its shape alone. */
function mistake(got, candidates) {
  const isOf = (matrix) => matrix.length === got.length && matrix[0].length === got[0].length;
  const fitting = candidates.filter(
    ([, matrix]) =>
      isOf(matrix) && (matrix.flat().every(Number.isNaN) || !differing(got, matrix).length),
  );
  return fitting.length === 1 ? ` Looks like ${fitting[0][0]}.` : "";
}
