import { tensor } from "@congruent/core";
import type { Passport } from "@congruent/core/schemas";
import { tinyClassifier } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeTensor, encodeTensor, load, verify } from "./index.js";

describe("tensors in passports", () => {
  it("come back bit by bit", () => {
    fc.assert(
      fc.property(fc.float32Array(), (data) => {
        const source = tensor("float32", data, [data.length, 1]);
        const back = decodeTensor(JSON.parse(JSON.stringify(encodeTensor(source))));
        expect(back.dims).toEqual(source.dims);
        expect(
          Buffer.from(back.data.buffer).equals(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
        ).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt64Array(), (data) => {
        expect(decodeTensor(encodeTensor(tensor("int64", data, [data.length]))).data).toEqual(data);
      }),
    );
  });

  it("are little-endian base64, also beyond one part of the encoder", () => {
    expect(encodeTensor(tensor("int64", BigInt64Array.of(258n), [1])).base64).toBe("AgEAAAAAAAA=");
    const long = tensor(
      "float32",
      Float32Array.from({ length: 5000 }, (_, i) => i),
      [5000],
    );
    expect(encodeTensor(long).base64).toBe(Buffer.from(long.data.buffer).toString("base64"));
  });

  it("are refused when damaged or of another type", () => {
    const good = encodeTensor(tensor("float32", Float32Array.of(1, 2), [2]));
    expect(() => decodeTensor({ ...good, base64: "*" })).toThrow(
      expect.objectContaining({ code: "E_BASE64" }),
    );
    expect(() => decodeTensor({ ...good, dims: [3] })).toThrow(
      expect.objectContaining({ code: "E_TENSOR_SIZE" }),
    );
    expect(() => encodeTensor(tensor("uint8", Uint8Array.of(1), [1]))).toThrow(
      expect.objectContaining({ code: "E_DTYPE" }),
    );
  });
});

describe("verify", () => {
  const pixels = tensor("float32", Float32Array.of(255, 0, 10, 20), [1, 2, 2, 1]);

  async function passportOf(bytes: Uint8Array): Promise<Passport> {
    const model = await load(bytes);
    const outputs = await model.run({ pixels });
    await model.close();
    return {
      schema: "congruent/passport@1",
      model: { file: "model.onnx", sha256: "0", bytes: bytes.length },
      golden: {
        source: "four pixels",
        runtime: "node-cpu",
        inputs: { pixels: encodeTensor(pixels) },
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, value]) => [name, encodeTensor(value)]),
        ),
        bounds: { probabilities: { bound: 1e-6, why: "a few roundings" } },
      },
      parity: { verdict: "pass", cells: [] },
    };
  }

  it("accepts the same model and names the output of one with a changed weight", async () => {
    const passport = await passportOf(tinyClassifier().bytes);
    const same = await load(tinyClassifier().bytes);
    expect((await verify(same, passport)).outputs.map(({ name, within }) => [name, within])).toEqual([
      ["label", true],
      ["probabilities", true],
    ]);
    const changed = await load(tinyClassifier([1.01, 0, -1, 0, 2, 0, -1, 0, 1, 0.5, -0.5, 0]).bytes);
    const { outputs, reason } = await verify(changed, passport);
    const [label, probabilities] = outputs;
    expect(reason).toMatch(/^probabilities differs by 0\.00/);
    expect(label).toMatchObject({ within: true, maxAbs: 0, bound: 0 });
    expect(probabilities).toMatchObject({ within: false, bound: 1e-6, why: "a few roundings" });
    // d softmax = p (1 - p) · 0.01 for the class whose logit grew by 0.01.
    expect(probabilities?.maxAbs).toBeGreaterThan(0.001);
    expect(probabilities?.maxAbs).toBeLessThan(0.0026);
    await same.close();
    await changed.close();
  });

  it("excuses a label that flips at a tie of the passport's scores, and no other", async () => {
    const passport = await passportOf(tinyClassifier().bytes);
    const model = await load(tinyClassifier().bytes);
    const record = (scores: number[], label: bigint) => {
      passport.golden.outputs = {
        label: encodeTensor(tensor("int64", BigInt64Array.of(label), [1])),
        probabilities: encodeTensor(tensor("float32", Float32Array.from(scores), [1, 3])),
      };
    };
    const { label, probabilities } = await model.run({ pixels });
    const scores = Array.from(probabilities?.data ?? [], Number);
    expect(label?.data).toEqual(BigInt64Array.of(0n));
    passport.golden.bounds.probabilities = { bound: 1, why: "everything is near" };
    record(scores, 1n);
    expect(await verify(model, passport)).toMatchObject({
      reason: null,
      decisions: { samples: 1, flips: 1 },
    });
    passport.golden.bounds.probabilities = { bound: 1e-6, why: "a few roundings" };
    expect((await verify(model, passport)).reason).toBe("label differs where the baseline is sure");
    // Without scores in the passport a tie cannot be recognized.
    record(scores, 1n);
    delete passport.golden.outputs.probabilities;
    expect((await verify(model, passport)).reason).toBe("label differs where the baseline is sure");
    await model.close();
  });

  it("names a golden output that the model does not have", async () => {
    const passport = await passportOf(tinyClassifier().bytes);
    const logits = encodeTensor(tensor("float32", Float32Array.of(1, 2, 3), [1, 3]));
    passport.golden.outputs = { logits };
    const model = await load(tinyClassifier().bytes);
    expect(await verify(model, passport)).toMatchObject({
      outputs: [{ name: "logits", maxAbs: null, within: false }],
      reason: "logits is missing",
    });
    await model.close();
  });
});
