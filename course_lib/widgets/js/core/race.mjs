/**
 * Training of a small network with or without batch norm, as torch does it: linear layers with ReLU
 * between them, cross-entropy, plain gradient descent. Rows of numbers are flat, one image a row.
 */

import { EPS } from "./norm.mjs";
import { normals } from "./random.mjs";

export const WIDTH = 12;
export const [POINTS, BATCH] = [96, 32];
const MOMENTUM = 0.1;

/** Two spirals in each other: {x, y}, x of [POINTS][2], y of 0 and 1 in turn. */
export function spirals() {
  const next = normals(7);
  const x = new Float64Array(2 * POINTS);
  const y = Array.from({ length: POINTS }, (_, n) => n % 2);
  for (let n = 0; n < POINTS; n++) {
    const turn = ((29 * n) % POINTS) / POINTS; // so that each batch has a part of the whole
    const angle = 4.5 * turn + 0.6 + Math.PI * y[n];
    const radius = 0.4 + 1.4 * turn;
    x[2 * n] = radius * Math.cos(angle) + 0.06 * next();
    x[2 * n + 1] = radius * Math.sin(angle) + 0.06 * next();
  }
  return { x, y };
}

/** @param scale times He's deviation: how large the first weights are */
export function network({ depth, scale, seed, norm }) {
  const next = normals(1000 + seed);
  const sizes = [2, ...new Array(depth).fill(WIDTH), 2];
  return sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index];
    const deviation = scale * Math.sqrt(2 / inputs);
    const isHidden = index < depth;
    return {
      inputs,
      outputs,
      isHidden,
      w: Float64Array.from({ length: outputs * inputs }, () => deviation * next()),
      b: new Float64Array(outputs),
      norm: isHidden && norm
        ? { gamma: new Float64Array(outputs).fill(1), beta: new Float64Array(outputs), mean: new Float64Array(outputs), variance: new Float64Array(outputs).fill(1) }
        : null,
    };
  });
}

/** Logits [rows][2] in evaluation: batch norm by its running averages, folded into the weights. */
export function predict(layers, x) {
  return layers.reduce((flow, layer) => rectified(linear(layer.norm ? folded(layer) : layer, flow), layer), x);
}

function folded(layer) {
  const { gamma, beta, mean, variance } = layer.norm;
  const scale = gamma.map((value, c) => value / Math.sqrt(variance[c] + EPS));
  return {
    ...layer,
    w: layer.w.map((value, at) => value * scale[Math.floor(at / layer.inputs)]),
    b: layer.b.map((value, c) => (value - mean[c]) * scale[c] + beta[c]),
  };
}

/** ReLU behind a hidden layer, in place. */
function rectified(z, { isHidden }) {
  if (isHidden) for (let at = 0; at < z.length; at++) if (z[at] < 0) z[at] = 0;
  return z;
}

/** One step on one batch: the network after it, a new one, and the loss before it. */
export function trained(layers, x, y, rate) {
  const caches = [];
  let flow = x;
  for (const layer of layers) {
    const input = flow;
    const z = linear(layer, input);
    const normal = layer.norm && normalised(z, layer);
    flow = rectified(normal ? normal.out : z, layer);
    caches.push({ input, out: flow, normal });
  }
  const { loss, gradient } = crossEntropy(flow, y);
  let dy = gradient;
  const after = [...layers];
  for (let index = layers.length - 1; index >= 0; index--) {
    const layer = layers[index];
    const { input, out, normal } = caches[index];
    if (layer.isHidden) for (let at = 0; at < dy.length; at++) if (!(out[at] > 0)) dy[at] = 0;
    const norm = normal && backNorm(dy, layer, normal, rate);
    if (norm) dy = norm.dx;
    const { dw, db, dx } = backLinear(layer, input, dy);
    after[index] = { ...layer, w: stepped(layer.w, dw, rate), b: stepped(layer.b, db, rate), norm: norm ? norm.after : null };
    dy = dx;
  }
  return { layers: after, loss };
}

function stepped(values, gradient, rate) {
  const after = new Float64Array(values.length);
  for (let at = 0; at < values.length; at++) after[at] = values[at] - rate * gradient[at];
  return after;
}

function linear({ inputs, outputs, w, b }, x) {
  const rows = x.length / inputs;
  const z = new Float64Array(rows * outputs);
  for (let n = 0, to = 0, from = 0; n < rows; n++, from += inputs)
    for (let o = 0, at = 0; o < outputs; o++) {
      let sum = b[o];
      for (let i = 0; i < inputs; i++) sum += w[at++] * x[from + i];
      z[to++] = sum;
    }
  return z;
}

function backLinear({ inputs, outputs, w }, x, dy) {
  const rows = x.length / inputs;
  const [dw, db, dx] = [new Float64Array(w.length), new Float64Array(outputs), new Float64Array(x.length)];
  for (let n = 0, of = 0, from = 0; n < rows; n++, from += inputs)
    for (let o = 0; o < outputs; o++) {
      const given = dy[of++];
      if (given === 0) continue; // where the ReLU was off
      const start = o * inputs;
      db[o] += given;
      for (let i = 0; i < inputs; i++) {
        dw[start + i] += given * x[from + i];
        dx[from + i] += given * w[start + i];
      }
    }
  return { dw, db, dx };
}

function normalised(z, { outputs, norm: { gamma, beta } }) {
  const rows = z.length / outputs;
  const [mean, variance] = [new Float64Array(outputs), new Float64Array(outputs)];
  const [plain, out] = [new Float64Array(z.length), new Float64Array(z.length)];
  for (let c = 0; c < outputs; c++) {
    for (let at = c; at < z.length; at += outputs) mean[c] += z[at] / rows;
    for (let at = c; at < z.length; at += outputs) variance[c] += (z[at] - mean[c]) ** 2 / rows;
    const deviation = Math.sqrt(variance[c] + EPS);
    for (let at = c; at < z.length; at += outputs) {
      plain[at] = (z[at] - mean[c]) / deviation;
      out[at] = gamma[c] * plain[at] + beta[c];
    }
  }
  return { out, plain, mean, variance, rows };
}

function backNorm(dy, { outputs, norm }, { plain, mean, variance, rows }, rate) {
  const [dgamma, dbeta] = [new Float64Array(outputs), new Float64Array(outputs)];
  const dx = new Float64Array(dy.length);
  for (let c = 0; c < outputs; c++) {
    for (let at = c; at < dy.length; at += outputs) {
      dbeta[c] += dy[at];
      dgamma[c] += dy[at] * plain[at];
    }
    const factor = norm.gamma[c] / Math.sqrt(variance[c] + EPS);
    for (let at = c; at < dy.length; at += outputs)
      dx[at] = factor * (dy[at] - dbeta[c] / rows - (plain[at] * dgamma[c]) / rows);
  }
  const toward = (old, now) => old.map((value, c) => (1 - MOMENTUM) * value + MOMENTUM * now[c]);
  return {
    dx,
    after: {
      gamma: stepped(norm.gamma, dgamma, rate),
      beta: stepped(norm.beta, dbeta, rate),
      mean: toward(norm.mean, mean),
      variance: toward(norm.variance, variance.map((value) => (value * rows) / (rows - 1))),
    },
  };
}

/** Mean over the rows, and its gradient. */
function crossEntropy(logits, y) {
  let loss = 0;
  const gradient = new Float64Array(logits.length);
  y.forEach((label, n) => {
    const [a, b] = [logits[2 * n], logits[2 * n + 1]];
    const most = Math.max(a, b);
    const total = most + Math.log(Math.exp(a - most) + Math.exp(b - most));
    loss += (total - logits[2 * n + label]) / y.length;
    for (const each of [0, 1]) gradient[2 * n + each] = (Math.exp(logits[2 * n + each] - total) - Number(each === label)) / y.length;
  });
  return { loss, gradient };
}
