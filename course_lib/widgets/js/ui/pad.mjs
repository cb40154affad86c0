/** A pad of 28 x 28 pixels to draw on: mouse, finger and pen, or the arrow keys and Space. */

import { empty, stroke } from "../core/drawing.mjs";
import { SIDE } from "../core/lenet5.mjs";
import { element, set } from "./element.mjs";

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const MIDDLE = [13, 13];

/**
 * @param patch is told {drawn}, 784 numbers from 0 to 255
 * @returns {root, draw(image)}
 */
export function padView(patch) {
  let image = empty();
  let [point, isDown, held] = [MIDDLE, false, false];
  const canvas = element("canvas", {
    class: "draw",
    width: SIDE,
    height: SIDE,
    role: "application",
    "aria-roledescription": "drawing pad",
    "aria-label": "Drawing, 28 by 28 pixels. Arrow keys move the pen, Space puts it down or lifts it, Delete clears.",
    tabindex: 0,
    "data-pad": "",
    onpointerdown: (event) => {
      held = true;
      event.target.setPointerCapture?.(event.pointerId);
      line(place(event), place(event));
    },
    onpointermove: (event) => {
      if (!held) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) line(point, place(each));
    },
    onpointerup: () => (held = false),
    onpointercancel: () => (held = false),
    onkeydown: key,
    onfocus: () => show(),
    onblur: () => show(),
  });
  const words = element("span", { role: "status", "data-pen": "" });
  const down = element("button", { type: "button", onclick: () => put(!isDown) });
  const root = element(
    "div",
    { class: "draw-pad" },
    canvas,
    element(
      "div",
      {},
      element("p", { text: "Draw a digit here: by mouse or finger; by key with the arrows (Shift: four pixels) and Space." }),
      down,
      element("button", { type: "button", text: "Clear", onclick: clear }),
      element("p", {}, words),
    ),
  );

  function place(event) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((event.clientX - left) / width) * SIDE - 0.5, ((event.clientY - top) / height) * SIDE - 0.5];
  }

  function line(from, to) {
    image = stroke(image, from, to);
    point = to;
    patch({ drawn: image });
    show();
  }

  function put(now) {
    isDown = now;
    if (isDown) line(point, point);
    else show();
  }

  function clear() {
    [point, isDown] = [MIDDLE, false];
    patch({ drawn: empty() });
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const to = point.map((old, axis) => inside(Math.round(old) + arrow[axis] * (event.shiftKey ? 4 : 1)));
      if (isDown) line(point, to);
      else point = to;
      show();
    } else if (event.key === " ") put(!isDown);
    else if (event.key === "Delete" || event.key === "Backspace") clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function show() {
    const context = canvas.getContext("2d");
    const data = context.createImageData(SIDE, SIDE);
    image.forEach((value, at) => data.data.set([value, value, value, 255], 4 * at));
    context.putImageData(data, 0, 0);
    if (canvas.matches(":focus-visible")) {
      context.fillStyle = isDown ? "#ffb454" : "#56b4e9";
      context.fillRect(Math.round(point[0]), Math.round(point[1]), 1, 1);
    }
    set(down, "text", isDown ? "Lift the pen" : "Put the pen down");
    set(words, "text", `Pen ${isDown ? "down" : "up"}, row ${Math.round(point[1])}, column ${Math.round(point[0])}.`);
  }

  return {
    root,
    draw(now) {
      image = now;
      show();
    },
  };
}

const inside = (index) => Math.min(Math.max(index, 0), SIDE - 1);
