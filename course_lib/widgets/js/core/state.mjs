/** Making a legal setting out of anything: what a page or a notebook stored may be damaged. */

/** The nearest whole number from `low` to `high`, or `otherwise` for what is no number. */
export function whole(value, low, high, otherwise) {
  if (typeof value !== "number" || !Number.isFinite(value)) return otherwise;
  return Math.min(Math.max(Math.round(value), low), high);
}

/** `value` if it is one of `choices`, else the first of them. */
export const oneOf = (value, choices) => (choices.includes(value) ? value : choices[0]);

/** A pair of whole numbers. */
export function pair(value, low, high, otherwise) {
  const given = Array.isArray(value) ? value : [];
  return [0, 1].map((axis) => whole(given[axis], low, high, otherwise[axis]));
}

/** A matrix of finite numbers with at most `most` rows and columns, or `otherwise`. */
export function matrixOf(value, most, otherwise) {
  const isMatrix =
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= most &&
    value.every(
      (row) =>
        Array.isArray(row) &&
        row.length >= 1 &&
        row.length <= most &&
        row.length === value[0].length &&
        row.every((entry) => typeof entry === "number" && Number.isFinite(entry)),
    );
  return isMatrix ? value : otherwise;
}

/** A place on a grid of this shape: held inside. */
export function place(value, [rows, columns]) {
  return pair(value, 0, Infinity, [0, 0]).map((index, axis) =>
    Math.min(index, [rows, columns][axis] - 1),
  );
}
