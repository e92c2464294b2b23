/**
 * Models with functions of their own, inlined, against the onnx package, which inlines and computes them.
 *
 * @needs export
 */
import { join } from "node:path";
import { beforeAll, expect, it, jest } from "@jest/globals";
import { timeLimits } from "../../packages/core/src/testing.ts";
import { checkModel, decodeModel, decodeTensorProto } from "../../packages/onnx/src/index.ts";
import { fromProto, interpretWithBounds, unknownOperators } from "../../packages/reference/src/index.ts";
import { runPython } from "../../packages/toolchain/src/index.ts";

jest.setTimeout(timeLimits.programs);

const script = join(__dirname, "functions.py");
let answers;

beforeAll(async () => {
  const { stdout } = await runPython({ environment: "export", args: [script], timeoutMs: 60_000 });
  answers = JSON.parse(stdout);
}, 90_000);

const tensors = (texts) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      fromProto(decodeTensorProto(Buffer.from(text, "base64"))),
    ]),
  );

it("computes models with functions of their own as the onnx package does, within its bounds", () => {
  expect(answers.length).toBe(6);
  for (const { name, model: bytes, feeds, outputs: wanted } of answers) {
    const model = decodeModel(Buffer.from(bytes, "base64"));
    checkModel(model, name);
    expect([name, unknownOperators(model)]).toEqual([name, []]);
    const { outputs, bounds } = interpretWithBounds(model, tensors(feeds));
    for (const [output, { data, dims }] of Object.entries(tensors(wanted))) {
      const got = outputs.get(output);
      expect([name, got.dims]).toEqual([name, dims]);
      const errors = bounds.get(output)?.errors;
      // numpy computes in float32, as a runtime does.
      const beyond = Array.from(data, (each, i) => {
        const distance = Math.abs(each - Number(got.data[i]));
        return distance > (errors?.[i] ?? 0) ? distance : 0;
      });
      expect([name, beyond.filter((each) => each > 0)]).toEqual([name, []]);
    }
  }
});
