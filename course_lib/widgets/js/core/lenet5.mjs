/**
 * LeNet-5 of any widths, layer by layer: two convolutions of 5 x 5, each with ReLU and max pooling,
 * then linear layers with ReLU between them. course_lib/widgets/lenet5.py sends the weights.
 */

import { bytesOf, convLayer, halved, linearLayer, relu } from "./layers.mjs";

export const SIDE = 28;
const [MEAN, DEVIATION] = [0.1307, 0.3081]; // of MNIST's training images

/**
 * The layers of what Python sent, {shapes, weights}: shapes of weight and bias in turn, and all
 * numbers, float32, in base64. Null where that is not a network.
 */
export function readNetwork(sent) {
  if (!Array.isArray(sent?.shapes) || typeof sent.weights !== "string") return null;
  const numbers = new Float32Array(bytesOf(sent.weights).buffer);
  let at = 0;
  const parts = sent.shapes.map((shape) => {
    const size = shape.reduce((a, b) => a * b);
    at += size;
    return { shape, w: numbers.subarray(at - size, at) };
  });
  const pairs = Array.from({ length: parts.length / 2 }, (_, i) => ({ ...parts[2 * i], b: parts[2 * i + 1].w }));
  return pairs.map((layer, index) => ({ ...layer, padding: index === 0 ? 2 : index === 1 ? secondPadding(pairs) : 0 }));
}

/** The padding that leaves as many numbers as the first linear layer reads. */
function secondPadding([, { shape }, linear]) {
  return Math.sqrt(linear.shape[1] / shape[0]) - SIDE / 4 + 2;
}

/** @param image 784 numbers, 0 to 255; @returns [{name, shape, values}], from image to logits */
export function forward(image, network) {
  let flow = { values: Float64Array.from(image, (value) => (value / 255 - MEAN) / DEVIATION), shape: [1, SIDE, SIDE] };
  const steps = [{ name: "image", ...flow }];
  const add = (name, next) => steps.push({ name, ...(flow = next) });
  network.forEach((layer, index) => {
    const isLast = index === network.length - 1;
    if (layer.shape.length === 4) {
      add(`convolution ${index + 1}`, relu(convLayer(flow, layer, layer.padding)));
      add(`pooling ${index + 1}`, halved(flow));
    } else {
      const next = linearLayer(flow, layer);
      add(isLast ? "outputs" : `linear ${index - 1}`, isLast ? next : relu(next));
    }
  });
  return steps;
}

/** How many numbers are learned, and how many products are added for one image. */
export function costs(network, steps) {
  let [parameters, adds] = [0, 0];
  network.forEach(({ w, b, shape }, index) => {
    const places = shape.length === 4 ? steps[1 + 2 * index].shape.slice(1).reduce((a, c) => a * c) : 1;
    parameters += w.length + b.length;
    adds += w.length * places;
  });
  return { parameters, adds };
}
