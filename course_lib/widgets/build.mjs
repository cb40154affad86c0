/**
 * Builds static/ from js/: `node build.mjs` writes it, `node build.mjs --check` says if it is
 * current. One module for each demo, as anywidget loads it; page.js with all of them, a plain
 * script for pages opened from a file; the picture of each demo as it begins.
 */

import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

import { picture } from "./js/core/svg.mjs";
import { needs } from "./js/needs.mjs";
import { descriptions } from "./js/page.mjs";

const here = (path) => new URL(path, import.meta.url).pathname;

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [...Object.keys(descriptions).map((name) => here(`js/${name}.mjs`)), here("js/ui/demo.css"), here("js/ui/page.css")],
    bundle: true,
    absWorkingDir: here("."),
    entryNames: "[name]",
    format: "esm",
    outdir: here("static"),
    write: false,
    legalComments: "none",
  });
  const page = await build({
    entryPoints: [here("js/page.mjs")],
    bundle: true,
    absWorkingDir: here("."),
    entryNames: "[name]",
    format: "iife",
    outdir: here("static"),
    write: false,
    legalComments: "none",
  });
  return [...outputFiles, ...page.outputFiles].map(({ path, text }) => [path, text]);
}

function pictures() {
  return Object.entries(descriptions).map(([name, description]) => {
    const state = description.settle(description.defaults, {});
    return [here(`static/${name}.svg`), `${picture(description.view(state, needs(description)), false)}\n`];
  });
}

const files = [...(await bundled()), ...pictures()];
if (process.argv.includes("--check")) {
  for (const [path, text] of files) {
    const written = await readFile(path, "utf8").catch(() => null);
    if (written !== text) {
      console.error(`${path} is not what build.mjs writes: run node build.mjs`);
      process.exitCode = 1;
    }
  }
} else {
  await Promise.all(files.map(([path, text]) => writeFile(path, text)));
}
