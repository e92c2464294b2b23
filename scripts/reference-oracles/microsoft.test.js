/**
 * ONNX Runtime's own operators, and what the standard took over from them: against their formulas in numpy's float64, and within the
 * reference's bounds of what ONNX Runtime computes with its graph optimizer off.
 *
 * @needs export
 */

import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { tensor } from "../../packages/core/src/index.ts";
import { timeLimits } from "../../packages/core/src/testing.ts";
import {
  decodeModel,
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
} from "../../packages/onnx/src/index.ts";
import { compositions } from "../../packages/reference/src/composed/index.ts";
import { compareWithBound, interpretWithBounds } from "../../packages/reference/src/index.ts";
import { runPython } from "../../packages/toolchain/src/index.ts";

jest.setTimeout(timeLimits.programs);

const ort = createRequire(import.meta.url)("onnxruntime-node");
const arrays = {
  ...{ float32: Float32Array, int8: Int8Array, uint8: Uint8Array },
  ...{ int32: Int32Array, int64: BigInt64Array, bool: Uint8Array },
};

let cases;
beforeAll(async () => {
  const script = join(__dirname, "microsoft.py");
  const { stdout } = await runPython({ environment: "export", args: [script], timeoutMs: 60_000 });
  cases = JSON.parse(stdout);
}, 90_000);

function asTensor({ dtype, dims, data }) {
  return tensor(dtype, arrays[dtype].from(data, dtype === "int64" ? BigInt : Number), dims);
}

const valueOfAttribute = {
  i: BigInt,
  f: (x) => x,
  s: (x) => x,
  is: (x) => x.map(BigInt),
  fs: (x) => x,
};

/** One node of the case's operator; all its operands are inputs. */
function modelOf({ op, domain, opset, attributes, inputs, outputs }) {
  const names = inputs.map((each, i) => (each === null ? "" : `x${i}`));
  const made = outputs.map((each, i) => (each === null ? "" : `y${i}`));
  const node = makeNode(op, names, made, {
    domain,
    attributes: Object.fromEntries(
      attributes.map(([key, kind, value]) => [key, valueOfAttribute[kind](value)]),
    ),
  });
  const declared = (list, names) =>
    list.flatMap((each, i) => (each === null ? [] : [makeTensorValueInfo(names[i], each.dtype, each.dims)]));
  const graph = makeGraph([node], "case", declared(inputs, names), declared(outputs, made));
  const model = makeModel(graph, { opset: domain === "" ? opset : 17, irVersion: 10 });
  if (domain !== "") model.opsetImport.push({ $typeName: "onnx.OperatorSetIdProto", domain, version: 1n });
  const feeds = Object.fromEntries(
    inputs.flatMap((each, i) => (each === null ? [] : [[names[i], asTensor(each)]])),
  );
  // As a file holds it: attributes are float32.
  return { model: decodeModel(encodeModel(model)), feeds, names: made };
}

describe("operators of com.microsoft", () => {
  it("give what their formulas say, in double precision", () => {
    const wrong = cases.flatMap((each) => {
      const { model, feeds, names } = modelOf(each);
      const { outputs } = interpretWithBounds(model, feeds);
      return each.outputs.flatMap((wanted, i) => {
        if (wanted === null) return [];
        const got = outputs.get(names[i]);
        if (got.dims.join() !== wanted.dims.join() || got.dtype !== wanted.dtype)
          return [`${each.name}: ${got.dtype} [${got.dims}], not ${wanted.dtype} [${wanted.dims}]`];
        const exact = wanted.dtype !== "float32";
        const at = wanted.data.findIndex((want, k) => {
          const distance = Math.abs(Number(got.data[k]) - want);
          return !(distance <= (exact ? 0 : 1e-9 * (1 + Math.abs(want))));
        });
        return at < 0
          ? []
          : [`${each.name}: output ${i} has ${got.data[at]} at ${at}, not ${wanted.data[at]}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it("are all among the cases", () => {
    const tested = new Set(cases.map(({ domain, op }) => `${domain}/${op}`));
    const all = Object.entries(compositions).flatMap(([domain, names]) =>
      Object.keys(names).map((name) => `${domain}/${name}`),
    );
    // The standard's own is compared in onnx-tests.test.js.
    expect(all.filter((name) => !tested.has(name))).toEqual(["/Attention", "com.microsoft/FusedGemm"]);
  });

  it("are computed within their bounds by ONNX Runtime", async () => {
    const [wrong, absent] = [[], []];
    let compared = 0;
    for (const each of cases) {
      const { model, feeds, names } = modelOf(each);
      const { outputs, bounds } = interpretWithBounds(model, feeds);
      let seen;
      try {
        const session = await ort.InferenceSession.create(encodeModel(model), {
          executionProviders: ["cpu"],
          graphOptimizationLevel: "disabled",
          logSeverityLevel: 4,
        });
        const given = Object.entries(feeds).map(([name, { dtype, dims, data }]) => [
          name,
          new ort.Tensor(dtype, data, dims),
        ]);
        seen = await session.run(Object.fromEntries(given));
        await session.release();
      } catch (error) {
        absent.push(`${each.name}: ${error.message.slice(0, 300)}`);
        continue;
      }
      each.outputs.forEach((wanted, i) => {
        if (wanted === null) return;
        const { type, data, dims } = seen[names[i]];
        const { within, reason, unbounded, ratio, worst } = compareWithBound(
          { dtype: type, data, dims },
          outputs.get(names[i]),
          bounds.get(names[i]).errors,
        );
        compared++;
        if (!within || unbounded > 0)
          wrong.push(
            `${each.name}, output ${i}: ${reason} (${unbounded} unbounded, ${ratio}, ${JSON.stringify(worst)})`,
          );
      });
    }
    expect(absent).toEqual([]);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(60);
  });
});
