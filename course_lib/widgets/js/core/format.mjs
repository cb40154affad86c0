/** Numbers and matrices as text. */

/** A number with at most four significant digits and a true minus sign. */
export function format(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  return String(rounded === 0 ? 0 : rounded).replaceAll("-", "−");
}

/** A number as Python writes it. */
export function literal(value) {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : '-float("inf")';
  return String(Number(value.toPrecision(6)));
}

/** A matrix as a list of lists in Python. */
export function matrixLiteral(matrix) {
  return `[${matrix.map((row) => `[${row.map(literal).join(", ")}]`).join(", ")}]`;
}

/** A matrix for a listener: rows divided by semicolons. */
export function spoken(matrix) {
  return matrix.map((row) => row.map(format).join(" ")).join("; ");
}

/** A whole number with commas between its thousands. */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

/** "1 row", "2 rows". */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
