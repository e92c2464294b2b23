/** @needs tensorflow export */

import { fileURLToPath } from "node:url";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { compareWithBound, interpretWithBounds, type Value } from "@congruent/reference";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, expect, it, jest } from "@jest/globals";
import { convertLayersModel } from "../convert-layers-model.js";
import { sourceOfModel } from "../source.js";
import { matrix } from "./cases/index.js";
import type { MatrixCase } from "./layer-cases.js";
import { inputsOf, modelOf } from "./run-case.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_layers.py", import.meta.url));

/** What Keras 3 means by the same options: not the layers that tfjs alone has so (hardSigmoid, interpolation, Resizing), nor channels first, which TensorFlow has no kernels for. */
const CLASSES: readonly string[] = [
  ...["Add", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "BatchNormalization", "Concatenate"],
  ...[
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dot",
  ],
  ...[
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
  ],
  ...[
    "LayerNormalization",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Multiply",
    "Permute",
    "PReLU",
    "RepeatVector",
  ],
  ...["Rescaling", "SeparableConv2D", "ZeroPadding2D"],
];
/** Of each class every so many cases. */
const STEP = 3;

const alike = ({ className, options, inputs, cases }: MatrixCase) =>
  CLASSES.includes(className) &&
  options.dataFormat !== "channelsFirst" &&
  cases.backend === undefined &&
  cases.dtype === undefined &&
  // Keras 3 puts one-sized axes elsewhere where ranks differ, and has no Dot of a vector and a matrix by other axes.
  new Set(inputs.map(({ length }) => length)).size === 1;

const chosen = CLASSES.flatMap((name) =>
  matrix.filter((each) => each.className === name && alike(each)).filter((_, i) => i % STEP === 0),
);

/**
 * The layer's options as the file has them, which are Keras' own, without what does not change its output; and the one that tfjs forgets to
 * write.
 */
function kerasConfig(
  topology: unknown,
  { depthMultiplier }: Record<string, unknown>,
): Record<string, unknown> {
  const { config } = topology as { config: { layers: { name: string; config: Record<string, unknown> }[] } };
  const written = config.layers.find(({ name }) => name === "layer")?.config;
  const options = { depth_multiplier: depthMultiplier ?? null, ...written };
  return Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) => value !== null && !/^name$|^dtype$|initializer$|regularizer$|constraint$/.test(key),
    ),
  );
}

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

it("the same layers in Keras give the same numbers, within the reference's bounds", async () => {
  const told = ({ data, dims }: { data: ArrayLike<number | bigint>; dims: readonly number[] }) => ({
    shape: dims,
    values: Array.from(data, Number),
  });
  const questions = chosen.map((each) => {
    const seed = matrix.indexOf(each);
    const model = modelOf(tf, each, seed);
    const inputs = inputsOf(each, seed);
    const layer = model.layers.at(-1);
    const weights = (layer?.getWeights() ?? []).map((w) => told({ data: w.dataSync(), dims: w.shape }));
    const source = sourceOfModel(model);
    const proto = convertLayersModel(source);
    model.dispose();
    const question = {
      class: each.className,
      config: kerasConfig(source.modelTopology, each.options),
      weights,
      inputs: inputs.map(told),
      trains: each.className === "BatchNormalization",
    };
    return { each, proto, inputs, question };
  });
  const answers: { shape: number[]; values: number[] }[] = JSON.parse(
    await askOracle({
      environment: "export",
      script,
      input: JSON.stringify(questions.map(({ question }) => question)),
      timeoutMs: 240_000,
    }),
  );
  expect(answers.length).toBeGreaterThan(100);
  const flaws = questions.flatMap(({ each, proto, inputs }, i) => {
    const feeds = Object.fromEntries(inputs.map((input, at) => [`input${at}`, input]));
    const { outputs, bounds } = interpretWithBounds(proto, feeds);
    const [[name, expected]] = [...outputs] as [[string, Value]];
    const { shape, values } = answers[i] as (typeof answers)[number];
    const seen = tensor("float32", Float32Array.from(values), shape);
    const { within, reason } = compareWithBound(seen, expected, bounds.get(name)?.errors ?? null);
    return within ? [] : [`${each.name}: ${reason}`];
  });
  expect(flaws).toEqual([]);
});
