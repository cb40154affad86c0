/** Numbers that look random and are the same everywhere: integers alone, as in golden.py. */

/** @returns a function that gives the next number, about normal: the sum of twelve, less six */
export function normals(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
}
