/** The panels of a demo: grids, charts, small grey pictures. Each is drawn again where it stands. */

import { composed } from "../core/maps.mjs";
import { element, set } from "./element.mjs";
import { gridView } from "./grid.mjs";

const VIEWS = { grid: gridView, chart: chartView, map: mapView };

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

function chartView() {
  const name = element("div", { class: "panel-title" });
  const body = element("div", { class: "chart", role: "img" });
  let before = null;
  return {
    root: element("div", { class: "panel" }, name, body),
    draw({ id, title, chart: { width, height, markup }, words }, hidden) {
      set(name, "text", title);
      set(body, "data-panel", id);
      set(body, "aria-label", `${title}: ${hidden ? "hidden" : words}`);
      const now = hidden
        ? '<svg viewBox="0 0 120 60" width="120" aria-hidden="true"><text class="title" x="50" y="36">?</text></svg>'
        : `<svg viewBox="0 0 ${width} ${height}" width="${width}" aria-hidden="true">${markup}</svg>`;
      if (now !== before) body.innerHTML = before = now;
    },
  };
}

function mapView() {
  const name = element("div", { class: "panel-title" });
  const canvas = element("canvas", { role: "img" });
  return {
    root: element("div", { class: "panel" }, name, canvas),
    draw(panel, hidden) {
      set(name, "text", panel.title);
      set(canvas, "data-panel", panel.id);
      set(canvas, "aria-label", `${panel.title}: ${hidden ? "hidden" : panel.words}`);
      paint(canvas, panel, hidden);
    },
  };
}

/** One pixel of the canvas for each number; the style enlarges it. */
function paint(canvas, panel, hidden) {
  const { wide, high, grey } = composed(panel);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  canvas.style.width = `${wide * panel.zoom}px`;
  const context = canvas.getContext("2d");
  const image = context.createImageData(wide, high);
  if (!hidden)
    grey.forEach((shade, at) => {
      if (shade !== null) image.data.set([shade, shade, shade, 255], 4 * at);
    });
  context.putImageData(image, 0, 0);
}
