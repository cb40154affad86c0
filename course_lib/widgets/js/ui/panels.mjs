/** The panels of a demo: grids, charts, small grey pictures. Each is drawn again where it stands. */

import { composed } from "../core/maps.mjs";
import { element, set } from "./element.mjs";
import { gridView } from "./grid.mjs";
import { tableView } from "./table.mjs";

const VIEWS = { grid: gridView, chart: chartView, map: mapView, table: tableView };

/** @returns {root, draw(panels, hidden)} */
export function panelsView(actions) {
  const root = element("div", { class: "panels" });
  const views = new Map();
  return {
    root,
    draw(panels, hidden) {
      for (const [id, view] of views)
        if (!panels.some((panel) => panel.id === id)) {
          view.root.remove();
          views.delete(id);
        }
      panels.forEach((panel, index) => {
        if (!views.has(panel.id)) views.set(panel.id, VIEWS[panel.kind](actions));
        const view = views.get(panel.id);
        if (root.children[index] !== view.root) root.insertBefore(view.root, root.children[index] ?? null);
        view.draw(panel, Boolean(hidden && panel.secret));
      });
    },
  };
}

const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** A chart; one with `move` has marks with data-row and data-column that one can choose. */
function chartView(actions) {
  const name = element("div", { class: "panel-title" });
  let [panel, before] = [null, null];
  const choose = (event) => {
    const mark = panel.move && event.target.closest("[data-row]");
    if (mark) actions.patch(panel.move(Number(mark.dataset.row), Number(mark.dataset.column)));
    return Boolean(mark);
  };
  const body = element("div", {
    class: "chart",
    onpointermove: (event) => event.pointerType === "mouse" && actions.moved() && !actions.pinned() && choose(event),
    onclick: (event) => choose(event) && actions.pin(),
    onkeydown: (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow || !panel.step || event.ctrlKey || event.metaKey || event.altKey) return;
      actions.patch(panel.step(...arrow));
      event.preventDefault();
    },
  });
  return {
    root: element("div", { class: "panel" }, name, body),
    draw(next, hidden) {
      panel = next;
      const { width, height, markup } = panel.chart;
      const active = Boolean(panel.move && !hidden);
      set(name, "text", panel.title);
      set(body, "data-panel", panel.id);
      set(body, "role", active ? "application" : "img");
      set(body, "tabindex", active ? 0 : null);
      set(body, "aria-label", `${panel.title}: ${hidden ? "hidden" : panel.words}`);
      const now = hidden
        ? '<svg viewBox="0 0 120 60" width="120" aria-hidden="true"><text class="title" x="50" y="36">?</text></svg>'
        : `<svg viewBox="0 0 ${width} ${height}" style="width: ${scaled(width)}" aria-hidden="true">${markup}</svg>`;
      if (now !== before) body.innerHTML = before = now;
    },
  };
}

function mapView(actions) {
  const name = element("div", { class: "panel-title" });
  const frame = element("div", { class: "map-mark" });
  let panel = null;
  const point = (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const [i, j] = [(event.clientY - top) / height, (event.clientX - left) / width];
    actions.patch(panel.move(Math.floor(i * canvas.height), Math.floor(j * canvas.width)));
  };
  const canvas = element("canvas", {
    role: "img",
    onpointermove: (event) => panel.move && event.pointerType === "mouse" && actions.moved() && !actions.pinned() && point(event),
    onclick: (event) => {
      if (!panel.move) return;
      point(event);
      actions.pin();
    },
  });
  return {
    root: element("div", { class: "panel" }, name, element("div", { class: "map" }, canvas, frame)),
    draw(next, hidden) {
      panel = next;
      set(name, "text", panel.title);
      set(canvas, "data-panel", panel.id);
      set(canvas, "aria-label", `${panel.title}: ${hidden ? "hidden" : panel.words}`);
      paint(canvas, panel, hidden);
      frame.hidden = !panel.mark;
      if (!panel.mark) return;
      const share = (value, all) => `${((100 * value) / all).toFixed(3)}%`;
      const [[i, j], [high, wide]] = [panel.mark.at, panel.mark.size];
      set(frame, "style", `top: ${share(i, canvas.height)}; left: ${share(j, canvas.width)}; height: ${share(high, canvas.height)}; width: ${share(wide, canvas.width)}`);
    },
  };
}

/** A width that grows with the type, as a lecturer enlarges it. */
const scaled = (width) => `calc(var(--cnn-demo-size, 15px) * ${(width / 15).toFixed(2)})`;

/** One pixel of the canvas for each number; the style enlarges it. */
function paint(canvas, panel, hidden) {
  const { wide, high, grey } = composed(panel);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.width = scaled(wide * panel.zoom);
  const context = canvas.getContext("2d");
  const image = context.createImageData(wide, high);
  if (!hidden)
    grey.forEach((shade, at) => {
      if (shade !== null) image.data.set([shade, shade, shade, 255], 4 * at);
    });
  context.putImageData(image, 0, 0);
}
