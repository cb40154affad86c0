/** The demos' arithmetic agrees with torch on the golden cases, and settings are always legal. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { crc32, inflateSync } from "node:zlib";

import { convolve, correlate, outputSize, turned } from "../../course_lib/widgets/js/core/conv.mjs";
import { coneOf, fieldsOf, pathsTo, sizesOf } from "../../course_lib/widgets/js/core/field.mjs";
import { format, literal } from "../../course_lib/widgets/js/core/format.mjs";
import { judge, matrixFrom } from "../../course_lib/widgets/js/core/student.mjs";
import { forward, readNetwork } from "../../course_lib/widgets/js/core/lenet5.mjs";
import { convLayer, halved, softmax } from "../../course_lib/widgets/js/core/layers.mjs";
import { composed, pngAddress } from "../../course_lib/widgets/js/core/maps.mjs";
import { tabulate } from "../../course_lib/widgets/js/core/network.mjs";
import { picture } from "../../course_lib/widgets/js/core/svg.mjs";
import { parse } from "../../course_lib/widgets/js/core/torch_lines.mjs";
import { correlateSignal, correlateVolume } from "../../course_lib/widgets/js/core/volume.mjs";
import { BATCH, network, POINTS, predict, spirals, trained } from "../../course_lib/widgets/js/core/race.mjs";
import { needs } from "../../course_lib/widgets/js/needs.mjs";
import { descriptions } from "../../course_lib/widgets/js/page.mjs";

const golden = (name) => JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url)));

export function near(got, right, allowed = 1e-9) {
  if (!Array.isArray(right) || !right.length) {
    assert.ok(Math.abs(got - right) <= allowed, `${got} is not ${right}`);
    return;
  }
  assert.equal(got.length, right.length);
  right.forEach((each, index) => near(got[index], each, allowed));
}

test("a comparison of numbers can fail", () => {
  assert.throws(() => near([[1, 2]], [[1, 2.001]]));
  assert.throws(() => near([[1]], [[1, 2]]));
});

test("convolution with stride, padding, dilation, groups and every padding mode", () => {
  for (const { x, w, b, settings, y } of golden("convolution")) near(convolve(x, w, b, settings), y);
});

test("true convolution turns the kernel", () => {
  for (const { x, k, y } of golden("true_convolution")) near(correlate(x, turned(k)), y);
});

test("output sizes", () => {
  for (const { arguments: given, out } of golden("output_size")) assert.equal(outputSize(...given), out);
});

test("layers on flat arrays, with padding and an odd size", () => {
  for (const { x, w, b, padding, y, pooled } of golden("layers")) {
    const [channels, height, width] = [x.length, x[0].length, x[0][0].length];
    const shape = [w.length, channels, w[0][0].length, w[0][0][0].length];
    const out = convLayer({ values: x.flat(2), shape: [channels, height, width] }, { w: w.flat(3), shape, b }, padding);
    near([...out.values], y.flat(2));
    assert.deepEqual(out.shape, [y.length, y[0].length, y[0][0].length]);
    near([...halved(out).values], pooled.flat(2));
  }
});

test("LeNet-5, every layer, on digits of MNIST", () => {
  const { network } = needs(descriptions.lenet5);
  for (const { image, layers, probabilities } of golden("lenet5")) {
    const steps = forward(image, readNetwork(network)).slice(1);
    assert.deepEqual(steps.map(({ shape }) => shape), layers.map(({ shape }) => shape));
    steps.forEach(({ values }, index) => {
      near([...values].reduce((sum, value, at) => sum + value * Math.cos(at), 0), layers[index].sum, 1e-7);
    });
    near(softmax([...steps.at(-1).values]), probabilities);
  }
});

test("receptive fields in theory, and measured for every unit of the last layer", () => {
  for (const { size, padded, layers, sizes, field, paths } of golden("receptive_field")) {
    assert.deepEqual(sizesOf(size, layers, padded), sizes);
    assert.equal(fieldsOf(layers, padded).at(-1).field, field);
    const { jump, start } = fieldsOf(layers, padded).at(-1);
    paths.forEach((right, unit) => {
      near(pathsTo([layers.length, unit], size, layers, padded), right);
      const seen = right.flatMap((number, input) => (number ? [input] : []));
      assert.deepEqual([...coneOf([layers.length, unit], size, layers, padded)[0]].sort((a, b) => a - b), seen);
      for (const input of seen) {
        assert.ok(input >= start + unit * jump && input < start + unit * jump + field);
        assert.ok(coneOf([0, input], size, layers, padded).at(-1).has(unit));
      }
    });
  }
});

test("a network's shapes, parameters and multiply-adds, from code and from print", () => {
  for (const { input, source, rows } of golden("network")) {
    const { rows: got, fault } = tabulate(parse(source), input);
    assert.equal(fault, null);
    assert.deepEqual(got.slice(1).map(({ shape, parameters, adds }) => ({ shape, parameters, adds })), rows, source);
  }
});

test("a layer that cannot be is named, with what was expected", () => {
  const said = (source, input = [3, 8, 9]) => tabulate(parse(source), input).fault;
  assert.equal(said("nn.ReLU()\nnn.Conv2d(4, 8, 3)"), "Layer 2, Conv2d(4, 8, 3): it reads 4 channels, but 3 come in.");
  assert.equal(said("nn.Conv2d(3, 8, 9)"), "Layer 1, Conv2d(3, 8, 9): its window of 9 × 9 does not fit.");
  assert.equal(said("nn.Conv2d(3, 8)"), "Layer 1, Conv2d(3, 8): kernel_size is missing.");
  assert.equal(said("nn.Conv2d(3, 8, k)"), "Layer 1, Conv2d(3, 8, k): k is no number that is written out.");
  assert.equal(said("nn.Conv2d(3, 8, 0)"), "Layer 1, Conv2d(3, 8, 0): kernel_size must be a whole number from 1 on, or 2 of them.");
  assert.equal(said("nn.Conv2d(3, 8, 3, stride=2, padding='same')"), "Layer 1, Conv2d(3, 8, 3, stride=2, padding='same'): padding \"same\" needs stride 1.");
  assert.equal(said("nn.Conv2d(3, 8, 3, groups=2)"), "Layer 1, Conv2d(3, 8, 3, groups=2): groups 2 must divide 3 and 8.");
  assert.equal(said("nn.Conv2d(3, 8, 3, padd=1)"), "Layer 1, Conv2d(3, 8, 3, padd=1): it has no argument padd.");
  assert.equal(said("nn.Conv2d(3, 8, 3"), "Layer 1, nn.Conv2d(: its bracket is never closed.");
  assert.equal(said("nn.Conv1d(3, 8, 3)"), "Layer 1, Conv1d(3, 8, 3): it takes channels and length, but 3 × 8 × 9 comes in.");
  assert.equal(said("nn.Linear(216, 2)"), "Layer 1, Linear(216, 2): it reads 216 numbers, but 3 × 8 × 9 comes in: nn.Flatten() comes before it.");
  assert.equal(said("nn.MaxPool2d(2, padding=2)"), "Layer 1, MaxPool2d(2, padding=2): padding must be at most half the window.");
  assert.equal(said("nn.BatchNorm2d(4)"), "Layer 1, BatchNorm2d(4): it normalizes 4 channels, but 3 come in.");
  assert.equal(said("nn.LSTM(3, 4)"), "Layer 1, LSTM(3, 4): this kind of layer is not known here.");
  assert.equal(said("x = self.conv1(x)  # nn.LSTM(3)"), null);
});

test("convolution in one and in three dimensions", () => {
  for (const { x, k, settings, y } of golden("signal")) near(correlateSignal(x, k, ...settings), y);
  for (const { x, k, stride, y } of golden("volume")) near(correlateVolume(x, k, stride), y);
});

test("training with and without batch norm, step by step", () => {
  const { x, y } = spirals();
  for (const { setting, rate, losses, logits } of golden("race")) {
    let layers = network(setting);
    losses.forEach((right, step) => {
      const start = (step * BATCH) % POINTS;
      const done = trained(layers, x.subarray(2 * start, 2 * (start + BATCH)), y.slice(start, start + BATCH), rate);
      near(done.loss, right, 1e-7 * Math.max(1, right));
      layers = done.layers;
    });
    near([...predict(layers, x.subarray(0, 10))], logits.flat(), 1e-6);
  }
});

test("a picture of maps is a PNG with a gap between them", () => {
  const whole = composed({ maps: [{ values: [0, 1], low: 0, high: 1 }, { values: [2, -2], low: 0, high: 1 }], height: 1, width: 2, columns: 2 });
  assert.deepEqual(whole, { wide: 5, high: 1, grey: [0, 255, null, 255, 0] });
  const bytes = Buffer.from(pngAddress(whole).split(",")[1], "base64");
  const at = bytes.indexOf("IDAT") + 4;
  const size = bytes.readUInt32BE(at - 8);
  const pixels = inflateSync(bytes.subarray(at, at + size));
  assert.deepEqual([...pixels], [0, 0, 255, 255, 255, 0]);
  assert.equal(bytes.readUInt32BE(at + size), crc32(bytes.subarray(at - 4, at + size)));
});

test("numbers are written short, with a true minus sign", () => {
  assert.deepEqual([0.1 + 0.2, -0, -2.5, 1 / 3, 1e-7, 123456].map(format), ["0.3", "0", "−2.5", "0.3333", "1e−7", "123456"]);
  assert.deepEqual([NaN, Infinity, -Infinity].map(format), ["nan", "∞", "−∞"]);
  assert.deepEqual([NaN, -Infinity, 0.25].map(literal), ['float("nan")', '-float("inf")', "0.25"]);
});

const HOSTILE = [null, undefined, "x", "<b>", -1e9, 1e9, 0.5, NaN, Infinity, true, [], [[]], [[NaN]], [[1, 2], [3]], {}, [-5, 1e9]];

for (const [name, description] of Object.entries(descriptions)) {
  const { defaults, settle, view, controls, frames } = description;
  const given = needs(description);

  test(`${name}: whatever was stored becomes a legal setting that stays as it is`, () => {
    for (const key of Object.keys(defaults))
      for (const bad of HOSTILE) {
        const state = settle({ ...defaults, [key]: bad }, given);
        assert.deepEqual(settle(state, given), state, `${key} = ${String(bad)}`);
        const { sentence, result, panels, question } = view(state, given);
        for (const text of [sentence, result, question.text])
          assert.doesNotMatch(text, /undefined|NaN|\[object/, `${key} = ${String(bad)}`);
        assert.ok(panels.length > 0);
        picture(view(state, given), false);
      }
  });

  test(`${name}: every slider and choice at both of its ends gives what can be drawn`, () => {
    const start = settle(defaults, given);
    for (const control of controls(start, given)) {
      const values = {
        number: () => [control.low, control.high],
        choice: () => control.options.map(([value]) => value),
        flag: () => [true, false],
        action: () => [undefined],
      }[control.kind]();
      for (const value of values) {
        const state = settle({ ...start, ...control.change(value) }, given);
        for (const next of controls(state, given))
          if (next.kind === "number")
            assert.ok(next.low <= next.value && next.value <= next.high, `${control.label} = ${value}: ${next.label}`);
        assert.doesNotMatch(view(state, given).sentence, /undefined|NaN/);
      }
    }
  });

  test(`${name}: the steps lead through all places and back to the first`, { skip: !frames }, () => {
    let state = settle(defaults, given);
    const { count, now: first } = frames(state);
    for (let step = 0; step < count; step++) {
      assert.equal(frames(state).now, (first + step) % count);
      state = settle({ ...state, ...frames(state).go((first + step + 1) % count) }, given);
    }
    assert.equal(frames(state).now, first);
  });

  test(`${name}: the picture has a title, words and nothing from outside`, () => {
    const drawn = picture(view(settle(defaults, given), given), false);
    assert.match(drawn, /<title>.+<\/title><desc>.+<\/desc>/);
    assert.doesNotMatch(drawn.replace('xmlns="http://www.w3.org/2000/svg"', ""), /https?:|undefined|NaN/);
  });

  test(`${name}: a hidden result is neither in the picture nor in the sentence`, () => {
    const shown = view(settle(defaults, given), given);
    const secret = shown.panels.filter((panel) => panel.secret);
    assert.ok(secret.length > 0);
    assert.ok(picture(shown, false).includes(shown.result.slice(0, 20).replace("<", "&lt;")));
    assert.ok(!picture(shown, true).includes(shown.result.slice(0, 20).replace("<", "&lt;")));
  });
}

const right = [[1, 2], [3, 4]];
const answer = (values, shape = [2, 2]) => ({ name: "f", status: "values", shape, values });
const candidates = [["doubling", [[2, 4], [6, 8]]], ["one row too few", [[1, 2]]], ["three rows", [[NaN], [NaN], [NaN]]]];

test("a student's numbers are judged and the mistake that explains them all is named", () => {
  assert.equal(judge(answer([1, 2, 3, 4]), right, candidates), "f agrees in all 4 outputs.");
  assert.equal(judge(answer([2, 4, 6, 8]), right, candidates), "f differs in 4 of 4 outputs, marked ≠. Looks like doubling.");
  assert.equal(judge(answer([2, 4, 6, 7]), right, candidates), "f differs in 4 of 4 outputs, marked ≠.");
  assert.equal(judge(answer([1, 2, 3, "nan"]), right, candidates), "f differs in 1 of 4 outputs, marked ≠.");
  assert.equal(judge(answer([1, 2], [1, 2]), right, candidates), "f returned shape 1 × 2, expected 2 × 2. Looks like one row too few.");
  assert.equal(judge(answer([1, 7], [1, 2]), right, candidates), "f returned shape 1 × 2, expected 2 × 2.");
  assert.equal(judge(answer([1, 2, 3], [3, 1]), right, candidates), "f returned shape 3 × 1, expected 2 × 2. Looks like three rows.");
  assert.equal(judge({ ...answer([1, 2, 3, 9]), likely: "As asked." }, right, candidates), "f differs in 1 of 4 outputs, marked ≠. As asked.");
});

test("what is no answer is said in words", () => {
  const say = (status, text) => judge({ name: "f", status, text }, right, []);
  assert.equal(say("raised", "ValueError: no"), "f raised ValueError: no");
  assert.equal(say("slow", "it was still running after 2 s"), "f was stopped: it was still running after 2 s.");
  assert.equal(say("unreadable", "a str"), "f returned a str.");
});

test("axes of length one before the image do not matter, others do", () => {
  assert.deepEqual(matrixFrom(answer([1, "inf", "-inf", 4], [1, 1, 2, 2]), [2, 2]), [[1, Infinity], [-Infinity, 4]]);
  assert.equal(matrixFrom(answer([1, 2, 3, 4], [2, 1, 2]), [2, 2]), null);
});
