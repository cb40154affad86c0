/** What a demo needs of Python, for those who run without: the files lie in static/. */

import { readFileSync } from "node:fs";

const read = (file) => readFileSync(new URL(`../static/${file}`, import.meta.url)).toString("base64");

export const needs = (description) => description.needs?.(read) ?? {};
