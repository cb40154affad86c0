/** Shapes, parameters and multiply-adds of layers, with the reason for each, as torch has them. */

import { outputSize } from "./conv.mjs";
import { grouped } from "./format.mjs";

const SAME = ["ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softplus"];
const SILENT = ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "Identity"];
const AXES = { 1: ["length"], 2: ["rows", "columns"], 3: ["planes", "rows", "columns"] };
const shapeText = (shape) => shape.join(" × ");
const product = (numbers) => numbers.reduce((a, b) => a * b, 1);
const nothing = { parameters: 0, adds: 0, reasons: [] };

/** Torch's order of the positional arguments, and what they are without. */
const SIGNATURES = {
  Conv: [["in_channels"], ["out_channels"], ["kernel_size"], ["stride", 1], ["padding", 0], ["dilation", 1], ["groups", 1], ["bias", true], ["padding_mode", "zeros"]],
  MaxPool: [["kernel_size"], ["stride", null], ["padding", 0], ["dilation", 1], ["return_indices", false], ["ceil_mode", false]],
  AvgPool: [["kernel_size"], ["stride", null], ["padding", 0], ["ceil_mode", false], ["count_include_pad", true], ["divisor_override", null]],
  AdaptiveAvgPool: [["output_size"]],
  BatchNorm: [["num_features"], ["eps", 1e-5], ["momentum", 0.1], ["affine", true], ["track_running_stats", true], ["bias", true]],
  InstanceNorm: [["num_features"], ["eps", 1e-5], ["momentum", 0.1], ["affine", false], ["track_running_stats", false], ["bias", true]],
  GroupNorm: [["num_groups"], ["num_channels"], ["eps", 1e-5], ["affine", true], ["bias", true]],
  LayerNorm: [["normalized_shape"], ["eps", 1e-5], ["elementwise_affine", true], ["bias", true]],
  Linear: [["in_features"], ["out_features"], ["bias", true]],
  Flatten: [["start_dim", 1], ["end_dim", -1]],
};

/**
 * The rows of a network, from the input on: [{text, shape, parameters, adds, reasons}]. It ends
 * before the first layer that cannot be: then `fault` says which, and what was expected.
 */
export function tabulate(layers, input) {
  const rows = [{ text: "input", shape: input, ...nothing }];
  for (const [index, layer] of layers.entries()) {
    try {
      rows.push({ text: layer.text, ...step(layer, rows.at(-1).shape) });
    } catch (fault) {
      if (!(fault instanceof Impossible)) throw fault;
      return { rows, fault: `Layer ${index + 1}, ${layer.text}: ${fault.message}.` };
    }
  }
  return { rows, fault: null };
}

class Impossible extends Error {}

function expect(holds, message) {
  if (!holds) throw new Impossible(message);
}

function step(layer, shape) {
  const [, family, dimensions] = layer.kind.match(/^(\w*?)(?:([123])d)?$/);
  expect(!layer.fault, layer.fault);
  if (SAME.includes(layer.kind) || SILENT.includes(layer.kind)) return { shape, ...nothing };
  const make = { Conv: conv, MaxPool: pool, AvgPool: pool, AdaptiveAvgPool: adaptive, BatchNorm: norm, InstanceNorm: norm, GroupNorm: norm, LayerNorm: layerNorm, Linear: linear, Flatten: flatten }[family];
  expect(make, "this kind of layer is not known here");
  const given = read(layer, SIGNATURES[family]);
  const space = Number(dimensions ?? 0);
  if (space && !(family === "BatchNorm" && space === 1 && shape.length === 1))
    expect(shape.length === space + 1, `it takes channels and ${AXES[space].join(" and ")}, but ${shapeText(shape)} comes in`);
  return make(given, shape, family);
}

function read({ positional, named }, signature) {
  const names = signature.map(([name]) => name);
  expect(positional.length <= names.length, `it takes at most ${names.length} arguments`);
  const other = Object.keys(named).find((name) => !names.includes(name) && !["inplace", "device", "dtype"].includes(name));
  expect(!other, `it has no argument ${other}`);
  const given = {};
  signature.forEach(([name, otherwise], index) => {
    given[name] = index < positional.length ? positional[index] : (named[name] ?? otherwise);
    expect(given[name] !== undefined, `${name} is missing`);
  });
  return given;
}

/** One whole number for each axis, at least `least`. */
function each(name, value, count, least) {
  const all = Array.isArray(value) ? value : new Array(count).fill(value);
  expect(all.length === count && all.every((one) => Number.isInteger(one) && one >= least), `${name} must be a whole number from ${least} on, or ${count} of them`);
  return all;
}

function one(name, value) {
  expect(Number.isInteger(value) && value >= 1, `${name} must be a whole number from 1 on`);
  return value;
}

function conv(given, [channels, ...space]) {
  const count = space.length;
  const [inputs, filters, groups] = ["in_channels", "out_channels", "groups"].map((name) => one(name, given[name]));
  expect(inputs === channels, `it reads ${inputs} channels, but ${channels} come in`);
  expect(inputs % groups === 0 && filters % groups === 0, `groups ${groups} must divide ${inputs} and ${filters}`);
  const kernel = each("kernel_size", given.kernel_size, count, 1);
  const stride = each("stride", given.stride, count, 1);
  const dilation = each("dilation", given.dilation, count, 1);
  const isSame = given.padding === "same";
  expect(!isSame || stride.every((by) => by === 1), 'padding "same" needs stride 1');
  const padding = isSame ? null : each("padding", given.padding === "valid" ? 0 : given.padding, count, 0);
  const sizes = space.map((size, axis) => (isSame ? size : outputSize(size, kernel[axis], stride[axis], padding[axis], dilation[axis])));
  expectFit(sizes, kernel);
  const taps = (inputs / groups) * product(kernel);
  const bias = given.bias ? 1 : 0;
  const parameters = filters * (taps + bias);
  const outputs = filters * product(sizes);
  const read_ = [inputs / groups, ...kernel].join("·");
  return {
    shape: [filters, ...sizes],
    parameters,
    adds: outputs * taps,
    reasons: [
      ...(isSame ? ["sizes: padding \"same\" keeps them"] : windows(space, kernel, stride, padding, dilation, sizes)),
      `parameters: ${filters} filters · (${read_}${bias ? " + 1" : ""}) = ${grouped(parameters)}`,
      `multiply-adds: ${[filters, ...sizes].join("·")} outputs · ${read_} = ${grouped(outputs * taps)}`,
    ],
  };
}

const expectFit = (sizes, kernel) => expect(sizes.every((size) => size >= 1), `its window of ${shapeText(kernel)} does not fit`);

function windows(space, kernel, stride, padding, dilation, sizes) {
  return space.map((size, axis) => {
    const wide = dilation[axis] > 1 ? `${dilation[axis]}·(${kernel[axis]} − 1) − 1` : kernel[axis];
    return `${AXES[space.length][axis]}: ⌊(${size} + 2·${padding[axis]} − ${wide}) / ${stride[axis]}⌋ + 1 = ${sizes[axis]}`;
  });
}

function pool(given, [channels, ...space], family) {
  const count = space.length;
  const kernel = each("kernel_size", given.kernel_size, count, 1);
  const stride = given.stride === null ? kernel : each("stride", given.stride, count, 1);
  const padding = each("padding", given.padding, count, 0);
  const dilation = each("dilation", family === "MaxPool" ? given.dilation : 1, count, 1);
  expect(padding.every((by, axis) => 2 * by <= kernel[axis]), "padding must be at most half the window");
  const sizes = space.map((size, axis) => {
    const [plain, by] = [outputSize(size, kernel[axis], stride[axis], padding[axis], dilation[axis]), stride[axis]];
    const room = size + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    const more = given.ceil_mode && room % by && plain * by < size + padding[axis] ? 1 : 0;
    return plain + more;
  });
  expectFit(sizes, kernel);
  return { shape: [channels, ...sizes], ...nothing, reasons: windows(space, kernel, stride, padding, dilation, sizes) };
}

function adaptive(given, [channels, ...space]) {
  const sizes = each("output_size", given.output_size, space.length, 1);
  return { shape: [channels, ...sizes], ...nothing };
}

function norm(given, shape) {
  const channels = one("num_features", given.num_features ?? given.num_channels);
  expect(channels === shape[0], `it normalizes ${channels} channels, but ${shape[0]} come in`);
  expect(!given.num_groups || channels % given.num_groups === 0, `groups ${given.num_groups} must divide ${channels}`);
  return affine(shape, channels, given.affine, given.bias);
}

function layerNorm(given, shape) {
  const wanted = Array.isArray(given.normalized_shape) ? given.normalized_shape : [given.normalized_shape];
  expect(wanted.join() === shape.slice(-wanted.length).join(), `it normalizes ${shapeText(wanted)}, but ${shapeText(shape)} comes in`);
  return affine(shape, product(wanted), given.elementwise_affine, given.bias);
}

function affine(shape, count, scales, shifts) {
  const parameters = scales ? count * (shifts ? 2 : 1) : 0;
  const what = shifts ? `${count} scales and ${count} shifts` : `${count} scales`;
  return { shape, parameters, adds: 0, reasons: parameters ? [`parameters: ${what}: ${grouped(parameters)}`] : [] };
}

function linear(given, shape) {
  const [inputs, outputs] = [one("in_features", given.in_features), one("out_features", given.out_features)];
  expect(shape.at(-1) === inputs, `it reads ${inputs} numbers, but ${shapeText(shape)} comes in${shape.length > 1 ? ": nn.Flatten() comes before it" : ""}`);
  const bias = given.bias ? 1 : 0;
  const rows = product(shape.slice(0, -1));
  const [parameters, adds] = [outputs * (inputs + bias), rows * outputs * inputs];
  return {
    shape: [...shape.slice(0, -1), outputs],
    parameters,
    adds,
    reasons: [`parameters: ${outputs} outputs · (${inputs}${bias ? " + 1" : ""}) = ${grouped(parameters)}`, `multiply-adds: ${rows > 1 ? `${rows}·` : ""}${outputs} outputs · ${inputs} = ${grouped(adds)}`],
  };
}

function flatten(given, shape) {
  expect(given.start_dim === 1 && given.end_dim === -1, "only the whole image is flattened here");
  return { shape: [product(shape)], ...nothing, reasons: shape.length > 1 ? [`size: ${shape.join("·")} = ${product(shape)}`] : [] };
}
