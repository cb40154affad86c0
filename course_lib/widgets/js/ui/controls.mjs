/** The settings of a demo: sliders held to what is legal, choices, switches, buttons. */

import { element, set } from "./element.mjs";

let made = 0;

/**
 * @param current () -> the controls of the present setting, which may be newer than what is drawn
 * @returns {root, draw(controls)}
 */
export function controlsView(patch, current) {
  const nameOf = ({ kind, label }) => `${kind} ${label}`;
  const change = (view, value) => patch((current().find((each) => nameOf(each) === nameOf(view.control)) ?? view.control).change(value));
  const kinds = { number, choice, flag, action };
  const root = element("div", { class: "controls", role: "group", "aria-label": "Settings" });
  const views = new Map();
  return {
    root,
    draw(controls) {
      const names = controls.map(nameOf);
      for (const [name, view] of views)
        if (!names.includes(name)) {
          view.root.remove();
          views.delete(name);
        }
      controls.forEach((control, index) => {
        const name = names[index];
        if (!views.has(name)) views.set(name, kinds[control.kind]());
        const view = views.get(name);
        view.control = control;
        if (root.children[index] !== view.root) root.insertBefore(view.root, root.children[index] ?? null);
        view.draw(control);
      });
    },
  };

  function labelled(field, ...more) {
    const id = `cnn-demo-control-${(made += 1)}`;
    set(field, "id", id);
    const label = element("label", { for: id });
    return { label, root: element("div", { class: "control" }, label, field, ...more) };
  }

  function number() {
    const field = element("input", {
      type: "range",
      oninput: () => change(view, Number(field.value)),
    });
    const value = element("output");
    const { label, root } = labelled(field, value);
    const view = {
      root,
      draw(control) {
        set(label, "text", control.label);
        set(field, "min", control.low);
        set(field, "max", control.high);
        set(field, "step", control.step ?? 1);
        if (Number(field.value) !== control.value) field.value = control.value;
        set(field, "aria-valuetext", control.text ?? String(control.value));
        set(value, "text", control.text ?? String(control.value));
        field.disabled = control.low >= control.high;
      },
    };
    return view;
  }

  function choice() {
    const field = element("select", { onchange: () => change(view, field.value) });
    const { label, root } = labelled(field);
    let before = "";
    const view = {
      root,
      draw(control) {
        set(label, "text", control.label);
        const now = JSON.stringify(control.options);
        if (now !== before) {
          before = now;
          field.replaceChildren(
            ...control.options.map(([value, text]) => element("option", { value, text })),
          );
        }
        if (field.value !== control.value) field.value = control.value;
      },
    };
    return view;
  }

  function flag() {
    const field = element("input", {
      type: "checkbox",
      onchange: () => change(view, field.checked),
    });
    const { label, root } = labelled(field);
    root.classList.add("flag");
    const view = {
      root,
      draw(control) {
        set(label, "text", control.label);
        field.checked = control.value;
      },
    };
    return view;
  }

  function action() {
    const button = element("button", {
      type: "button",
      onclick: () => change(view),
    });
    const view = {
      root: element("div", { class: "control" }, button),
      draw: (control) => set(button, "text", control.label),
    };
    return view;
  }
}
