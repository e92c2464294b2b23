/**
 * Graph surgery of @congruent/onnx, against Python's onnx and ONNX Runtime.
 *
 * @needs export
 */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import {
  decodeModel,
  encodeModel,
  expose,
  extract,
  indexGraph,
  innerValues,
  isolate,
  type ModelProto,
  modelInterface,
  singleNode,
} from "@congruent/onnx";
import { sampleGraphs, seededNumbers } from "@congruent/onnx/testing";
import { load } from "@congruent/runtime";
import { runPython } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";

jest.setTimeout(timeLimits.training);

const LENET = fileURLToPath(new URL("./fixtures/lenet-6-channels.onnx", import.meta.url));
const script = fileURLToPath(new URL("../python/cut_model.py", import.meta.url));

type Tensors = Record<string, Tensor>;

let folder: string;
const subjects: Record<string, { model: ModelProto; feeds: Tensors }> = {};

function random(dims: readonly number[], scale = 1): Tensor {
  const next = seededNumbers(7);
  const size = dims.reduce((product, dim) => product * dim, 1);
  return tensor(
    "float32",
    Float32Array.from({ length: size }, () => next() * scale),
    dims,
  );
}

/** Without graph optimization: what is compared here are graphs, not fusions. */
async function run(model: ModelProto, feeds: Tensors): Promise<Tensors> {
  const session = await load(encodeModel(model), { optimization: "disabled", threads: 1 });
  const wanted = session.inputs.map(({ name }) => [name, feeds[name] as Tensor]);
  const outputs = await session.run(Object.fromEntries(wanted));
  await session.close();
  return outputs;
}

function expectEqual(observed: Tensors, expected: Tensors): void {
  for (const [name, value] of Object.entries(expected)) {
    expect(observed[name]?.dims).toEqual(value.dims);
    // Bit for bit: the same kernels on the same values.
    expect(
      Buffer.from(observed[name]?.data.buffer as ArrayBuffer).equals(Buffer.from(value.data.buffer)),
    ).toBe(true);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-surgery-"));
  for (const [name, { model, dims }] of Object.entries(sampleGraphs)) {
    subjects[name] = { model, feeds: { x: random(dims) } };
  }
  const lenet = decodeModel(await readFile(LENET));
  subjects.lenet = {
    model: lenet,
    feeds: { [modelInterface(lenet).inputs[0]?.name as string]: random([2, 28, 28, 1], 255) },
  };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(["attention", "residual", "branching", "lenet"])("%s", (name) => {
  const subject = () => subjects[name] as (typeof subjects)[string];
  const everything = () => run(expose(subject().model, innerValues(subject().model)), subject().feeds);

  it("gives the same outputs with everything exposed", async () => {
    const { model, feeds } = subject();
    const plain = await run(model, feeds);
    const exposed = await everything();
    expectEqual(exposed, plain);
    expect(Object.keys(exposed).sort()).toEqual(innerValues(model).sort());
  });

  it("computes each node alone as within the whole", async () => {
    const { model, feeds } = subject();
    const values = await everything();
    for (const node of indexGraph(model).nodes.filter(({ proto }) => proto.opType !== "Constant")) {
      const outputs = await run(singleNode(model, node.index, values), { ...feeds, ...values });
      expect(Object.keys(outputs)).toEqual(node.writes);
      expectEqual(outputs, Object.fromEntries(node.writes.map((value) => [value, values[value] as Tensor])));
    }
  });

  it("computes all nodes apart in one run as within the whole", async () => {
    const { model, feeds } = subject();
    const values = await everything();
    const { model: apart, given } = isolate(model, values);
    const inner = Object.entries(given).map(([input, value]) => [input, values[value] as Tensor]);
    expectEqual(await run(apart, { ...feeds, ...Object.fromEntries(inner) }), values);
  });

  it("cuts where Python's onnx does, into files that its checker takes", async () => {
    const { model } = subject();
    const values = await everything();
    const names = innerValues(model);
    const inputs = modelInterface(model).inputs.map((input) => input.name);
    // Every value from the model's inputs; and every pair of cut and output three apart.
    const cuts = [
      ...names.map((output) => ({ inputs, outputs: [output] })),
      ...names.slice(3).map((output, i) => ({ inputs: [...inputs, names[i] as string], outputs: [output] })),
    ];
    const path = join(folder, `${name}.onnx`);
    await writeFile(path, encodeModel(model));
    const parts = cuts.map((cut) => extract(model, { ...cut, types: values }));
    const check = [...parts, isolate(model, values).model, expose(model, names, values)];
    const files = await Promise.all(
      check.map(async (part, i) => {
        const file = join(folder, `${name}-${i}.onnx`);
        await writeFile(file, encodeModel(part));
        return file;
      }),
    );
    const { stdout } = await runPython({
      environment: "export",
      args: [script],
      input: JSON.stringify({ model: path, cuts, check: files }),
      timeoutMs: 150_000,
    });
    const python = JSON.parse(stdout) as { cuts: unknown[]; flaws: Record<string, string> };
    expect(python.flaws).toEqual({});
    const ours = parts.map(({ graph }) => ({
      nodes: graph?.node.map(({ output }) => output),
      weights: graph?.initializer.map((weight) => weight.name).sort(),
    }));
    // Python's extractor overlooks what the branches of an If read; its checker has held those parts valid.
    const comparable = parts.map(({ graph }) => !graph?.node.some(({ opType }) => opType === "If"));
    expect(comparable.filter(Boolean).length).toBeGreaterThanOrEqual(5);
    expect(ours.filter((_, i) => comparable[i])).toEqual(python.cuts.filter((_, i) => comparable[i]));
  });
});
