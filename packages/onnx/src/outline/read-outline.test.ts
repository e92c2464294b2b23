import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { damagedModels } from "../fuzz/mutations.js";
import {
  decodeModel,
  dtypeName,
  encodeModel,
  type GraphProto,
  type ModelProto,
  modelInterface,
  rawBytes,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from "../index.js";
import { attentionBlock, branchingModel, residualBlock, tinyClassifier } from "../testing.js";
import { readOutline } from "./index.js";

/** What the generated classes give: another reader of the same format, by another author. */
function outlineOf(model: ModelProto) {
  let external: string | null = null;
  const walk = (graph: GraphProto | undefined): void => {
    if (!graph) return;
    const attributes = graph.node.flatMap(({ attribute }) => attribute);
    const tensors = attributes.flatMap(({ t, tensors }) => [...(t ? [t] : []), ...tensors]);
    for (const { name, dataLocation } of [...graph.initializer, ...tensors])
      if (dataLocation === TensorProto_DataLocation.EXTERNAL) external ??= name;
    for (const { g, graphs } of attributes) for (const body of [g, ...graphs]) walk(body);
  };
  walk(model.graph);
  return {
    ...modelInterface(model),
    metadata: new Map(model.metadataProps.toReversed().map(({ key, value }) => [key, value])),
    external,
  };
}

function codeOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

describe("readOutline", () => {
  it.each([
    ["a classifier", tinyClassifier().bytes],
    ["attention", encodeModel(attentionBlock())],
    ["residuals", encodeModel(residualBlock())],
    ["bodies within bodies", encodeModel(branchingModel())],
  ])("reads of %s what the generated classes read", (_, bytes) => {
    expect(readOutline(bytes)).toEqual(outlineOf(decodeModel(bytes)));
  });

  it("reads a real model, its card included", async () => {
    const path = fileURLToPath(new URL("../../../../models/lenet/model.onnx", import.meta.url));
    const bytes = await readFile(path);
    expect(readOutline(bytes)).toEqual(outlineOf(decodeModel(bytes)));
    expect(JSON.parse(readOutline(bytes).metadata.get("congruent.card") ?? "")).toMatchObject({
      name: "lenet",
    });
  });

  it("refuses damaged files by code, and reads of every model that the generated classes made of one what these read", () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(damagedModels, (bytes) => {
        // A field that says to be of another kind is read by what it says here, and by what it should be there.
        expect([null, "E_ONNX_INVALID"]).toContain(codeOf(() => readOutline(bytes)));
        let model: ModelProto;
        try {
          model = decodeModel(bytes);
        } catch {
          seen.refused += 1;
          return;
        }
        seen.taken += 1;
        expect(readOutline(encodeModel(model))).toEqual(outlineOf(model));
      }),
      { numRuns: 400 },
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(20);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /is empty/],
    ["half a model", tinyClassifier().bytes.subarray(0, 200), /truncated/],
    ["text", new TextEncoder().encode("not a model at all"), /truncated/],
  ])("refuses %s", (_, bytes, words) => {
    expect(codeOf(() => readOutline(bytes))).toBe("E_ONNX_INVALID");
    expect(() => readOutline(bytes)).toThrow(words);
  });
});

describe("element types", () => {
  it("have the numbers and names of ONNX's own list", () => {
    const named: Record<string, string> = { FLOAT: "float32", DOUBLE: "float64" };
    for (const [name, number] of Object.entries(TensorProto_DataType)) {
      if (typeof number !== "number") continue;
      expect(dtypeName(number)).toBe(named[name] ?? name.toLowerCase());
      // Digits of a name tell its bits, of all but the plain ones.
      const [, digits] = /(?:INT|FLOAT|COMPLEX)(\d+)/.exec(name) ?? [];
      const bits = rawBytes(number, 8);
      if (digits !== undefined && bits !== null) expect(bits).toBe(Number(digits));
    }
    expect(dtypeName(99)).toBe("unknown type 99");
  });
});
