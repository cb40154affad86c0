/** The drawing of a stack of layers: a row of units for each level, each above what it sees. */

import { escape } from "./chart.mjs";
import { fieldsOf, reads, sizesOf } from "./field.mjs";

const [UNIT, LEVEL, LEFT, SIDE] = [24, 56, 66, 18];

/**
 * @param at [level, unit], whose cone is marked: below it what it sees, above it what sees it
 * @param texts of the input's units
 * @returns {width, height, markup}; each unit has data-row, its level, and data-column
 */
export function pyramid(size, layers, padded, at, cone, texts) {
  const sizes = sizesOf(size, layers, padded);
  const fields = fieldsOf(layers, padded);
  const x = (level, unit) => {
    const { field, jump, start } = fields[level];
    return LEFT + UNIT * (start + unit * jump + field / 2);
  };
  const y = (level) => 14 + LEVEL * (layers.length - level);
  const role = (level) => (level < at[0] ? "sees" : level > at[0] ? "seen" : "current");
  const links = [[], []];
  const units = [];
  sizes.forEach((count, level) => {
    units.push(`<text class="axis" x="0" y="${y(level) + 13}">${level ? `layer ${level}` : "input"}</text>`);
    for (let unit = 0; unit < count; unit++) {
      const inCone = cone[level].has(unit);
      const left = x(level, unit) - SIDE / 2;
      const below = level ? reads(unit, layers[level - 1], sizes[level - 1], padded) : [];
      for (const each of below) {
        const lit = inCone && cone[level - 1].has(each);
        const kind = lit ? ` ${level <= at[0] ? "sees" : "seen"}` : "";
        links[Number(lit)].push(
          `<line class="link${kind}" x1="${x(level, unit).toFixed(1)}" y1="${y(level) + SIDE}" x2="${x(level - 1, each).toFixed(1)}" y2="${y(level - 1)}"/>`,
        );
      }
      units.push(
        `<rect class="unit${inCone ? ` ${role(level)}` : ""}" data-row="${level}" data-column="${unit}" x="${left.toFixed(1)}" y="${y(level)}" width="${SIDE}" height="${SIDE}"/>`,
      );
      if (!level && texts[unit])
        units.push(`<text class="axis" x="${x(0, unit).toFixed(1)}" y="${y(0) + 32}" text-anchor="middle">${escape(texts[unit])}</text>`);
    }
  });
  return { width: LEFT + UNIT * size + 10, height: y(0) + 40, markup: [...links.flat(), ...units].join("") };
}
