/**
 * ONNX's own node tests of what is newer than the archive of docs/backend-tests.md: operators of opsets 23 to 26, casts and quantization of
 * the narrow types.
 *
 * @needs export
 */

import { join } from "node:path";
import { beforeAll, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";
import { checkModel, decodeModel, decodeTensorProto } from "../../packages/onnx/src/index.ts";
import { fromProto, interpretWithBounds } from "../../packages/reference/src/index.ts";
import { runPython } from "../../packages/toolchain/src/index.ts";
import { difference } from "../backend-tests/compare.js";

jest.setTimeout(timeLimits.training);

const OPERATORS = [
  ...["Attention", "BitCast", "Cast", "CumProd", "DequantizeLinear", "GroupNormalization", "QuantizeLinear"],
  ...["RMSNormalization", "RotaryEmbedding", "Swish", "TensorScatter"],
];

/** numpy rounds every step to the narrow types, and the reference none: a few of their units. */
const tolerance = (name) =>
  /bf16|BFLOAT16/.test(name)
    ? { rtol: 2e-2, atol: 1e-2 }
    : /fp16|FLOAT16/.test(name)
      ? { rtol: 4e-3, atol: 2e-3 }
      : { rtol: 1e-3, atol: 1e-6 };

/** What the reference does not compute, and says so. */
const REFUSED = [
  [/FLOAT8E8M0|e8m0/i, "exponents alone (float8e8m0) are not known"],
  [
    /does not know (RandomUniformLike|CausalConvWithState|LinearAttention)/,
    "random numbers, and what opset 27 added",
  ],
  [
    /range_(float|float16|bfloat16)_type_positive_delta_expanded: a bound that says nothing/,
    "a loop whose number of steps is a quotient rounded up, which is a whole number: rounding decides on one step more",
  ],
  [/dynamicquantizelinear_expanded/, "an element between two integers; see backend-tests/explanations.js"],
  // The standard leaves open what becomes of a float out of range: the archive of onnx 1.17 cuts it, and that of 1.23 wraps it around.
  [/_FLOAT(16)?_to_U?INT[24].*: element 0 is/, "a float that no such integer has"],
];

let tests;
beforeAll(async () => {
  const script = join(__dirname, "onnx_tests.py");
  const { stdout } = await runPython({
    environment: "export",
    args: [script, ...OPERATORS],
    timeoutMs: 300_000,
  });
  tests = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}, 330_000);

const valueIn = (text) => fromProto(decodeTensorProto(Buffer.from(text, "base64")));

function wrongIn({ name, model: bytes, feeds, outputs: wanted }) {
  try {
    const model = decodeModel(Buffer.from(bytes, "base64"));
    checkModel(model, name);
    const given = Object.entries(feeds).map(([key, text]) => [key, valueIn(text)]);
    const { outputs, bounds } = interpretWithBounds(model, Object.fromEntries(given));
    return wanted.flatMap((text, i) => {
      const output = model.graph.output[i].name;
      const wrong = difference(valueIn(text), outputs.get(output), tolerance(name));
      const lost = bounds.get(output).errors?.some((each) => !Number.isFinite(each));
      return [
        ...(wrong ? [`${name}: ${wrong}`] : []),
        ...(lost ? [`${name}: a bound that says nothing`] : []),
      ];
    });
  } catch (error) {
    return [`${name}: ${error.code ?? error.name}: ${error.message.split("\n")[0]}`];
  }
}

it("come out as recorded, with bounds", () => {
  expect(tests.length).toBeGreaterThan(300);
  const wrong = tests.flatMap(wrongIn);
  expect(wrong.filter((text) => !REFUSED.some(([pattern]) => pattern.test(text)))).toEqual([]);
});
