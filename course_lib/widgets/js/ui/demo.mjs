/**
 * The frame of every demo, an anywidget module: {render({model, el})}.
 *
 * The model holds `state`, the present setting, and `given`, what Python adds (a student's
 * outcome, weights). A demo is a description:
 *   name, title, defaults
 *   settle(state, given) -> a legal setting, whatever was stored
 *   controls(state, given) -> the settings that one can change
 *   frames(state) -> {count, now, go(frame)}, if there is something to play
 *   needs(read) -> what it cannot do without of what Python adds, read from files of static/
 *   pad(actions) -> {root, draw(state)}, an element of its own above the panels
 *   view(state, given) -> {title, panels, sentence, result, student, question, code, formula}
 * Only get, set, on, off and save_changes of the model are used, so that a page without Jupyter can
 * be the host. A change is drawn in the next frame of the browser, without a word to Python.
 */

import { controlsView } from "./controls.mjs";
import { element, set } from "./element.mjs";
import { panelsView } from "./panels.mjs";
import { predictView } from "./predict.mjs";
import { codeView, saveButton } from "./tools.mjs";
import { transportView } from "./transport.mjs";

const SAVE_AFTER = 150; // milliseconds without a change
const KEYS =
  "Arrow keys move on a grid, Home and End go to the ends of a row, Enter pins the place or edits " +
  "a number, , and . step, p plays, Escape leaves.";

export function demo(description) {
  return { render: ({ model, el }) => render(description, model, el) };
}

function render(description, model, el) {
  let [state, given] = read();
  let shown = null;
  let [pinned, frame, saving] = [false, null, null];

  const mouse = { at: "", moved: false };
  const actions = { patch, pinned: () => pinned, pin: () => pin(!pinned), moved: () => mouse.moved };
  const controls = controlsView(patch, () => description.controls(state, given));
  const panels = panelsView(actions);
  const predict = predictView(() => schedule());
  const code = codeView();
  const transport = description.frames && transportView(() => description.frames(state), patch);
  const pad = description.pad?.(actions) ?? null;
  const formula = element("p", { class: "formula" });
  const status = element("p", { class: "status", role: "status" });
  const student = element("p", { class: "student", role: "status" });
  const pinButton = element("button", { type: "button", text: "Pin", title: "Hold this place while the mouse moves", onclick: () => pin(!pinned) });
  const root = element(
    "section",
    {
      class: "cnn-demo",
      tabindex: -1,
      "data-demo": description.name,
      "data-lm-suppress-shortcuts": "true",
      "aria-label": description.title,
      onfocusin: keepKeys,
      onkeydown: key,
    },
    element("p", { class: "head", text: description.title }),
    controls.root,
    transport?.root ?? null,
    pad?.root ?? null,
    panels.root,
    formula,
    predict.root,
    status,
    student,
    element(
      "div",
      { class: "tools" },
      predict.toggle,
      transport ? pinButton : null,
      element("button", { type: "button", text: "Start again", onclick: () => patch({ ...description.defaults, ...given.start }) }),
      saveButton(description.name, () => shown, predict.hidden),
    ),
    code.root,
    element("details", { class: "keys" }, element("summary", { text: "Keys" }), element("p", { text: KEYS })),
  );

  function read() {
    const given = model.get("given") ?? {};
    return [description.settle({ ...description.defaults, ...model.get("state") }, given), given];
  }

  function patch(change) {
    state = description.settle({ ...state, ...change }, given);
    model.set("state", state);
    clearTimeout(saving);
    saving = setTimeout(() => model.save_changes(), SAVE_AFTER);
    schedule();
  }

  function pin(now) {
    pinned = now;
    schedule();
  }

  function schedule() {
    frame ??= requestAnimationFrame(draw);
  }

  /** A key that comes before the frame of the last one finds it drawn. */
  function drawWaiting() {
    if (frame === null) return;
    cancelAnimationFrame(frame);
    draw();
  }

  function draw() {
    frame = null;
    shown = description.view(state, given);
    predict.draw(shown.question);
    const hidden = predict.hidden();
    controls.draw(description.controls(state, given));
    transport?.draw(hidden);
    pad?.draw(state);
    panels.draw(shown.panels, hidden);
    set(formula, "text", (hidden ? shown.formula?.[0] : shown.formula?.[1]) ?? "");
    formula.hidden = !shown.formula;
    set(status, "aria-live", transport?.playing() ? "off" : "polite");
    set(status, "text", `${shown.sentence} ${hidden ? "" : shown.result}`.trim());
    set(student, "text", shown.student ?? "");
    student.hidden = hidden || !shown.student;
    set(pinButton, "aria-pressed", String(pinned));
    pinButton.hidden = !shown.panels.some((panel) => panel.move);
    code.draw(shown.code);
    set(root, "data-demo-ready", "true");
  }

  function key(event) {
    if (event.key === "Escape") return leave(root);
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (transport?.key(event.key)) event.preventDefault();
  }

  function changed() {
    [state, given] = read();
    schedule();
  }

  function watch(event) {
    const now = `${event.screenX} ${event.screenY}`;
    mouse.moved = now !== mouse.at;
    mouse.at = now;
  }

  for (const kind of ["pointermove", "pointerdown"]) root.addEventListener(kind, watch, true);
  root.addEventListener("keydown", drawWaiting, true);
  const unseen = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting && transport?.playing()) transport.stop();
  });
  unseen.observe(root);
  model.on("change:state", changed);
  model.on("change:given", changed);
  el.append(root);
  draw();
  return () => {
    transport?.stop();
    unseen.disconnect();
    cancelAnimationFrame(frame);
    if (saving !== null) clearTimeout(saving);
    model.off("change:state", changed);
    model.off("change:given", changed);
    root.remove();
  };
}

/**
 * JupyterLab's shortcuts ask for an element with the focus, so that a word on the root alone does
 * not stop them: "d d" would delete the cell.
 */
function keepKeys(event) {
  event.target.setAttribute("data-lm-suppress-shortcuts", "true");
}

/** Gives the focus to what surrounds the demo and can take it, a notebook's cell for one. */
function leave(root) {
  const around = root.parentElement?.closest("[tabindex], button, a[href]");
  if (around) around.focus();
  else root.getRootNode().activeElement?.blur();
}
