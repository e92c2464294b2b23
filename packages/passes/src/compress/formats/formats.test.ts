import { readdirSync } from "node:fs";
import { checkModel, encodeModel, modelInterface } from "@congruent/onnx";
import { load } from "@congruent/runtime";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compress } from "../compress.js";
import { rangeMethods } from "../ranges/index.js";
import { rangesToFind } from "../ranges-to-find.js";
import { allowed, outputOf, type RandomProduct, randomProducts } from "../testing.js";
import { type FormatName, formats } from "./index.js";

/** Half of the distance between two numbers of half precision near a value. */
const half = (x: number) => Math.max(Math.abs(x) * 2 ** -11, 2 ** -25);
/** What the float32 of scales adds to each rounding. */
const FLOAT = 1 + 2 ** -20;

function largest(values: Iterable<number>): number {
  return Math.max(...Array.from(values, Math.abs));
}

/** The largest weight among those that share a scale with each: of its output. */
function ofChannel({ w, operator, model }: RandomProduct): (at: number) => number {
  const [rows = 0, columns = 0] = [w.dims[0], w.data.length / (w.dims[0] as number)];
  const byRow =
    operator === "Conv" || (model.graph?.node[0]?.attribute.some(({ name }) => name === "transB") ?? false);
  const line = (at: number) => (byRow ? Math.floor(at / columns) : at % columns);
  const most = new Float64Array(Math.max(rows, columns));
  w.data.forEach((value, at) => {
    most[line(at)] = Math.max(most[line(at)] as number, Math.abs(value));
  });
  return (at) => most[line(at)] as number;
}

/** How far the factors of a product may be off in each format: from the format alone, not from the code. */
const errors: Readonly<Record<FormatName, (product: RandomProduct) => Parameters<typeof allowed>[1]>> = {
  "float16-weights": () => ({ x: () => 0, w: half }),
  "float16-compute": () => ({ x: half, w: half }),
  "int8-dynamic": (product) => {
    const { x } = product;
    // 255 steps from the least to the largest value, of which one is zero; 127 steps to each side of a weight.
    const step = (Math.max(0, ...x.data) - Math.min(0, ...x.data)) / 255;
    const channel = ofChannel(product);
    return { x: () => step * FLOAT, w: (_, at) => (channel(at) / 127 / 2) * FLOAT };
  },
  "int8-static": (product) => errors["int8-dynamic"](product),
  // 15 steps over the whole range, which may be cut to 70 % of it.
  "int4-weights": ({ w }) => {
    const range = Math.max(0, ...w.data) - Math.min(0, ...w.data);
    return { x: () => 0, w: (value) => Math.max(range / 15, 0.3 * Math.abs(value) + range / 15) };
  },
};

/** ONNX Runtime's kernel of 4-bit weights rounds what it reads to 127 steps to each side (session.qdq_matmulnbits_accuracy_level 4). */
function ownRounding({ x }: RandomProduct): Parameters<typeof allowed>[1] {
  return { x: () => (largest(x.data) / 127 / 2) * FLOAT, w: () => 0 };
}

function compressed(product: RandomProduct, format: FormatName) {
  const { model, x } = product;
  const ranges = new Map(rangesToFind(model).map((name) => [name, rangeMethods["min-max"](x.data)]));
  return compress(model, { format, ranges });
}

it("there is a file for each format", () => {
  const files = readdirSync(__dirname).filter((file) => !/test|index/.test(file));
  expect(
    Object.keys(formats)
      .map((name) => `${name}.ts`)
      .toSorted(),
  ).toEqual(files.toSorted());
});

describe.each(Object.keys(formats) as FormatName[])("%s", (format) => {
  it("is off by no more than its numbers allow, for any product", () => {
    fc.assert(
      fc.property(randomProducts, (product) => {
        const { model, x } = product;
        const made = compressed(product, format);
        expect(made).toMatchObject({ compressed: [{ node: "product" }], left: [] });
        expect(modelInterface(made.model)).toEqual(modelInterface(model));
        checkModel(made.model);
        const [exact, seen] = [outputOf(model, x), outputOf(made.model, x)];
        const most = allowed(product, errors[format](product));
        const bias = model.graph?.initializer.find(({ name }) => name === "b");
        const tiny = 1e-9 * largest(exact);
        const beyond = exact.findIndex((value, i) => {
          // The output and the bias are rounded as well: to half precision, or to a step of both scales.
          const own =
            format === "float16-compute" ? 2 * half(Math.abs(value) + (most[i] as number)) + half(1) : 0;
          const added = bias && format === "int8-static" ? (most[i] as number) : 0;
          const off = Math.abs((seen[i] as number) - value);
          return !(off <= (most[i] as number) * FLOAT + own + added + tiny);
        });
        expect([beyond, exact[beyond], seen[beyond]]).toEqual([-1, undefined, undefined]);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it("is smaller, and ONNX Runtime computes of it what the reference computes", async () => {
    await fc.assert(
      fc.asyncProperty(randomProducts, async (product) => {
        const { model, x } = product;
        const made = compressed(product, format).model;
        const wanted = outputOf(made, x);
        const session = await load(encodeModel(made));
        try {
          const seen = (await session.run({ x })).y?.data as Float32Array;
          // A byte that is rounded the other way is a step of its scale; half precision is summed in any order.
          const most = allowed(
            product,
            format === "int4-weights" ? ownRounding(product) : errors[format](product),
          );
          const tiny = 1e-4 * largest(wanted);
          const beyond = wanted.findIndex((value, i) => {
            const off = Math.abs(value - (seen[i] as number));
            const rounding = format === "float16-weights" ? 0 : (most[i] as number);
            return !(off <= rounding + tiny);
          });
          expect([beyond, wanted[beyond], seen[beyond]]).toEqual([-1, undefined, undefined]);
        } finally {
          await session.close();
        }
        const bytes = (each: typeof model) =>
          each.graph?.initializer.reduce((sum, { rawData }) => sum + rawData.length, 0) ?? 0;
        expect(bytes(made)).toBeLessThan(bytes(model));
      }),
      { numRuns: 20, seed: 5 },
    );
  });
});
