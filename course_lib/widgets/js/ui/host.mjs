/** A model for pages without Jupyter: what anywidget's has, as far as the demos use it. */

export function pageModel(values) {
  const held = { ...values };
  const listeners = new Map();
  const call = (name) => [...(listeners.get(name) ?? [])].forEach((listener) => listener());
  return {
    get: (key) => held[key],
    set(key, value) {
      held[key] = value;
    },
    on(name, listener) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    },
    off: (name, listener) => listeners.get(name)?.delete(listener),
    save_changes() {},
    /** What Python does in a notebook: another value, and whoever listens hears of it. */
    receive(key, value) {
      held[key] = value;
      call(`change:${key}`);
    },
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}
