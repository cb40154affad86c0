/**
 * All demos on one page for lecturers, opened from a file: one demo at a time, wide, in large type.
 * `window.courseDemos` mounts a demo anywhere, as the browser tests do.
 */

import * as conv1dConv3d from "./conv1d_conv3d.mjs";
import * as kernelLab from "./kernel_lab.mjs";
import * as lenet5 from "./lenet5.mjs";
import * as networkTable from "./network_table.mjs";
import * as normalization from "./normalization.mjs";
import * as paddingStride from "./padding_stride.mjs";
import * as pooling from "./pooling.mjs";
import * as receptiveField from "./receptive_field.mjs";
import * as slidingKernel from "./sliding_kernel.mjs";
import * as trainingRace from "./training_race.mjs";
import { element, set } from "./ui/element.mjs";
import { pageModel } from "./ui/host.mjs";

const demos = [
  slidingKernel,
  kernelLab,
  paddingStride,
  receptiveField,
  conv1dConv3d,
  pooling,
  lenet5,
  networkTable,
  normalization,
  trainingRace,
];

const listed = demos.map(({ description }) => description);
export const descriptions = Object.fromEntries(listed.map((each) => [each.name, each]));

function mount(name, el, { state = {}, given = {} } = {}) {
  const { default: widget } = demos.find(({ description }) => description.name === name);
  const model = pageModel({ state, given });
  return { model, unmount: widget.render({ model, el }) };
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
  const tabs = listed.map(({ title }, index) =>
    element("button", { type: "button", text: title, onclick: () => show(index) }),
  );
  const mounted = listed.map(({ name }) => {
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
    shown = (index + listed.length) % listed.length;
    mounted.forEach((place, each) => (place.hidden = each !== shown));
    tabs.forEach((tab, each) => set(tab, "aria-current", each === shown ? "page" : null));
    history.replaceState(null, "", `#${listed[shown].name}`);
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
  const asked = () => Math.max(0, listed.findIndex(({ name }) => location.hash === `#${name}`));
  addEventListener("hashchange", () => show(asked()));
  resize(0);
  show(asked());
}

if (typeof window !== "undefined") window.courseDemos = { descriptions, mount, present };
