/**
 * All demos on one page for lecturers, opened from a file: one demo at a time, wide, in large type.
 * `window.courseDemos` mounts a demo anywhere, as the browser tests do.
 */

import conv1dConv3d, { description as conv1dConv3dDescription } from "./conv1d_conv3d.mjs";
import kernelLab, { description as kernelLabDescription } from "./kernel_lab.mjs";
import lenet5, { description as lenet5Description } from "./lenet5.mjs";
import networkTable, { description as networkTableDescription } from "./network_table.mjs";
import normalization, { description as normalizationDescription } from "./normalization.mjs";
import paddingStride, { description as paddingStrideDescription } from "./padding_stride.mjs";
import pooling, { description as poolingDescription } from "./pooling.mjs";
import receptiveField, { description as receptiveFieldDescription } from "./receptive_field.mjs";
import slidingKernel, { description as slidingKernelDescription } from "./sliding_kernel.mjs";
import trainingRace, { description as trainingRaceDescription } from "./training_race.mjs";
import { element, set } from "./ui/element.mjs";
import { pageModel } from "./ui/host.mjs";

const demos = [
  [slidingKernel, slidingKernelDescription],
  [kernelLab, kernelLabDescription],
  [paddingStride, paddingStrideDescription],
  [receptiveField, receptiveFieldDescription],
  [conv1dConv3d, conv1dConv3dDescription],
  [pooling, poolingDescription],
  [lenet5, lenet5Description],
  [networkTable, networkTableDescription],
  [normalization, normalizationDescription],
  [trainingRace, trainingRaceDescription],
];

export const descriptions = Object.fromEntries(demos.map(([, each]) => [each.name, each]));

function mount(name, el, { state = {}, given = {} } = {}) {
  const [module] = demos.find(([, each]) => each.name === name);
  const model = pageModel({ state, given });
  return { model, unmount: module.render({ model, el }) };
}

const THEMES = ["light dark", "light", "dark"];
const KEYS = [
  ["Page Down, Page Up", "next demo, demo before"],
  ["+, −", "larger, smaller type"],
  ["t", "theme: as the system, light, dark"],
  ["f", "full screen"],
  ["p", "play and pause"],
  [". and ,", "step forward and back"],
  ["Escape", "leave the demo"],
];

/** Fills the page; `given` has by name what Python adds to a demo. */
function present(given) {
  let [shown, size, theme] = [0, 20, 0];
  const stage = element("main", {});
  const tabs = demos.map(([, { title }], index) =>
    element("button", { type: "button", text: title, onclick: () => show(index) }),
  );
  const mounted = demos.map(([, { name }]) => {
    const place = element("div", {});
    stage.append(place);
    mount(name, place, { given: given[name] });
    return place;
  });
  const actions = {
    PageDown: () => show(shown + 1),
    PageUp: () => show(shown - 1),
    "+": () => resize(2),
    "-": () => resize(-2),
    t: () => {
      theme = (theme + 1) % THEMES.length;
      document.documentElement.style.colorScheme = THEMES[theme];
    },
    f: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };

  function show(index) {
    shown = (index + demos.length) % demos.length;
    mounted.forEach((place, each) => (place.hidden = each !== shown));
    tabs.forEach((tab, each) => set(tab, "aria-current", each === shown ? "page" : null));
    history.replaceState(null, "", `#${demos[shown][1].name}`);
    mounted[shown].querySelector(".cnn-demo").focus();
  }

  function resize(step) {
    size = Math.min(Math.max(size + step, 12), 40);
    document.documentElement.style.setProperty("--cnn-demo-size", `${size}px`);
  }

  const button = (text, name) => element("button", { type: "button", text, onclick: actions[name] });
  document.body.append(
    element(
      "header",
      {},
      element("h1", { text: "Convolutional networks" }),
      element("nav", { "aria-label": "Demos" }, ...tabs),
      element("div", { class: "page-tools" }, button("A+", "+"), button("A−", "-"), button("Theme", "t"), button("Full screen", "f")),
    ),
    stage,
    element(
      "footer",
      {},
      element("details", {}, element("summary", { text: "Keys" }), element("dl", {}, ...KEYS.flatMap(([name, does]) => [element("dt", { text: name }), element("dd", { text: does })]))),
    ),
  );
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  const asked = () => Math.max(0, demos.findIndex(([, { name }]) => location.hash === `#${name}`));
  addEventListener("hashchange", () => show(asked()));
  resize(0);
  show(asked());
}

if (typeof window !== "undefined") window.courseDemos = { descriptions, mount, present };
