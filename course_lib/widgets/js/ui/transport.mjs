/** Play, step forward and back. Where the reader asks for less motion one steps by hand. */

import { element, set } from "./element.mjs";

const SPEEDS = [
  ["1500", "slow"],
  ["700", "normal"],
  ["250", "fast"],
];

/**
 * @param frames () -> {count, now, go(frame) -> change}, of the present setting
 * @returns {root, draw(), key(name) -> whether it was one of ours, playing(), stop()}
 */
export function transportView(frames, patch) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = null;
  const button = (text, label, onclick) => element("button", { type: "button", text, "aria-label": label, onclick });
  const play = button("▶", "Play", () => toggle());
  const speed = element(
    "select",
    { "aria-label": "Speed", onchange: () => timer !== null && (stop(), start()) },
    ...SPEEDS.map(([value, text]) => element("option", { value, text, selected: value === "700" })),
  );
  const where = element("span", { class: "where" });
  const root = element(
    "div",
    { class: "transport", role: "group", "aria-label": "Steps" },
    button("|◀", "First step", () => go(() => 0)),
    button("◀", "Step back", () => go((now) => now - 1)),
    play,
    button("▶|", "Step forward", () => go((now) => now + 1)),
    speed,
    where,
  );

  function go(next) {
    const { count, now, go: change } = frames();
    patch(change((next(now) + count) % count));
  }

  function start() {
    timer = setInterval(() => go((now) => now + 1), Number(speed.value));
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    draw();
  }

  function toggle() {
    if (timer !== null) return stop();
    if (!still.matches) start();
    draw();
  }

  function draw(hidden) {
    const { count, now } = frames();
    set(play, "text", timer === null ? "▶" : "⏸");
    set(play, "aria-label", timer === null ? "Play" : "Pause");
    play.disabled = still.matches;
    set(play, "title", still.matches ? "Your system asks for less motion: step by hand" : null);
    set(where, "text", hidden ? String(now + 1) : `${now + 1} / ${count}`);
  }

  const keys = { ".": () => go((now) => now + 1), ",": () => go((now) => now - 1), p: toggle };
  return {
    root,
    draw,
    stop,
    playing: () => timer !== null,
    key(name) {
      keys[name]?.();
      return name in keys;
    },
  };
}
