/** @needs export */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Tensor, tensor } from "@congruent/core";
import { type CompressionFormat, compressedSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import {
  encodeModel,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import { compress, formats } from "@congruent/passes";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { checkOnnx } from "../check-onnx.js";
import { compressFile } from "./compress-file.js";

jest.setTimeout(timeLimits.training);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "compress-file-"));
});
afterAll(() => rm(folder, { recursive: true }));

const SIZE = 16;

function numbers(count: number, seed: number): Float32Array {
  const next = seededNumbers(seed);
  return Float32Array.from({ length: count }, () => next());
}

/**
 * Two products. The first row of the second weight is an outlier that nothing but zeros is multiplied by, as the first column of the first one is
 * zero: the larger it is, the coarser are the steps of all others.
 */
function model(outlier = 0.5): ModelProto {
  const [a, b] = [numbers(SIZE * SIZE, 1), numbers(SIZE * SIZE, 2)];
  for (let i = 0; i < SIZE; i++) {
    a[i * SIZE] = 0;
    b[i] = outlier;
  }
  const weight = (name: string, data: Float32Array) =>
    makeTensor(name, tensor("float32", data, [SIZE, SIZE]));
  const value = (name: string) => makeTensorValueInfo(name, "float32", ["n", SIZE]);
  const nodes = [
    makeNode("MatMul", ["x", "a"], ["h"], { name: "first" }),
    makeNode("Relu", ["h"], ["r"], { name: "act" }),
    makeNode("MatMul", ["r", "b"], ["y"], { name: "second" }),
  ];
  const weights = [weight("a", a), weight("b", b)];
  return makeModel(makeGraph(nodes, "net", [value("x")], [value("y")], weights), { opset: 17 });
}

const samples = (
  count: number,
  dims: number[] = [count, SIZE],
): { source: string; tensors: Record<string, Tensor> } => ({
  source: "seeded",
  tensors: {
    x: tensor(
      "float32",
      numbers(
        dims.reduce((a, b) => a * b, 1),
        3,
      ),
      dims,
    ),
  },
});

async function compressed(
  name: string,
  format: CompressionFormat,
  more: Partial<Parameters<typeof compressFile>[0]> = {},
  source = model(),
) {
  const [path, out] = [join(folder, `${name}.onnx`), join(folder, `${name}.out.onnx`)];
  await writeFile(path, encodeModel(source));
  const found = await compressFile({ path, out, format, inputs: samples(40), ...more });
  return { out, found: compressedSchema.parse(JSON.parse(JSON.stringify(found))) };
}

it.each(Object.keys(formats) as CompressionFormat[])(
  "%s passes the onnx package's checker and shape inference",
  async (format) => {
    const path = join(folder, `${format}.onnx`);
    const ranges = new Map(["x", "r"].map((name) => [name, { min: -4, max: 4 }]));
    const made = compress(model(), { format, ranges }).model;
    await writeFile(path, encodeModel(made));
    await expect(checkOnnx(path)).resolves.toMatchObject({ nodes: made.graph?.node.length });
  },
);

describe("a budget", () => {
  it("keeps the node in float32 that loses too much, and no other", async () => {
    const { found } = await compressed("outlier", "int8-dynamic", { budget: { snr: 30 } }, model(300));
    expect(found).toMatchObject({
      search: { holds: true, kept: [{ node: "second" }] },
      parity: { verdict: "pass" },
    });
    expect(found.compressed).toEqual([{ node: "first", opType: "MatMul" }]);
  });

  it("that cannot hold is refused: no file but the report, and an older file stays", async () => {
    const out = join(folder, "refused.out.onnx");
    await writeFile(out, "older");
    const { found } = await compressed("refused", "int4-weights", { budget: { snr: 200 } });
    expect(found).toMatchObject({ out: { path: null }, search: { holds: false } });
    expect(await readFile(out, "utf8")).toBe("older");
    expect(compressedSchema.parse(JSON.parse(await readFile(`${out}.compressed.json`, "utf8")))).toEqual(
      found,
    );
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("calibration data", () => {
  it("of another shape, without samples or with NaN is refused, and nothing is written", async () => {
    const NaNs = samples(2);
    (NaNs.tensors.x?.data as Float32Array)[5] = Number.NaN;
    for (const [name, calibration, code] of [
      ["shape", samples(4, [4, SIZE + 1]), /^E_/],
      ["empty", samples(0), /^E_/],
      ["nan", NaNs, /^E_CALIBRATION_DATA$/],
    ] as const) {
      await expect(compressed(name, "int8-static", { calibration })).rejects.toMatchObject({
        code: expect.stringMatching(code),
      });
      expect(existsSync(join(folder, `${name}.out.onnx`))).toBe(false);
    }
  });

  it("gives the ranges: by hand, of the least and the largest input", async () => {
    const { found, out } = await compressed("ranges", "int8-static");
    expect(found).toMatchObject({ out: { path: out }, search: { kept: [], holds: true } });
    expect(found.out.bytes).toBe((await readFile(out)).length);
    const x = samples(40).tensors.x?.data as Float32Array;
    expect(found.calibration?.ranges.x).toEqual({ min: Math.min(...x), max: Math.max(...x) });
    expect(found.calibration).toMatchObject({ source: "seeded", samples: 40, method: "min-max" });
  });
});
