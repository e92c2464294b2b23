/** What ONNX Runtime computes wrongly, and the converters therefore do otherwise. A test that fails here says that a detour can be taken back. */
import { type Tensor, tensor } from "@congruent/core";
import {
  encodeModel,
  type ModelProto,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
} from "@congruent/onnx";
import { compareWithBound, interpretWithBounds, type Value } from "@congruent/reference";
import { load } from "@congruent/runtime";
import { describe, expect, it } from "@jest/globals";

const range = (dims: number[]): Tensor<"float32"> => {
  const size = dims.reduce((a, b) => a * b, 1);
  return tensor(
    "float32",
    Float32Array.from({ length: size }, (_, i) => ((i * 7) % 11) - 5),
    dims,
  );
};

/** Why node-cpu's output y is not the reference's; null where it is. */
async function fault(model: ModelProto, x: Tensor): Promise<string | null> {
  const { outputs, bounds } = interpretWithBounds(model, { x });
  const session = await load(encodeModel(model)).catch((error: Error) => error);
  if (session instanceof Error) return session.message;
  const seen = await session.run({ x }).catch((error: Error) => error);
  await session.close();
  if (seen instanceof Error) return seen.message;
  return compareWithBound(seen.y as Tensor, outputs.get("y") as Value, bounds.get("y")?.errors ?? null)
    .reason;
}

describe("padding SAME_UPPER of pooling whose windows are smaller than their strides (families/pooling.ts)", () => {
  const pooling = (opType: string, kernel: bigint[], strides: bigint[], opset: number) => {
    const space = kernel.map((_, axis) => `s${axis}`);
    const attributes = { auto_pad: "SAME_UPPER", kernel_shape: kernel, strides };
    return makeModel(
      makeGraph(
        [makeNode(opType, ["x"], ["y"], { attributes })],
        "pool",
        [makeTensorValueInfo("x", "float32", [1, 1, ...space])],
        [makeTensorValueInfo("y", "float32", [1, 1, ...kernel.map(() => null)])],
      ),
      { opset },
    );
  };

  it("gives wrong numbers from operator set 19 on", async () => {
    expect(await fault(pooling("AveragePool", [2n], [4n], 19), range([1, 1, 8]))).toMatch(
      /outside the bound/,
    );
  });

  it.each(["AveragePool", "MaxPool"])("fails when it runs: %s", async (opType) => {
    expect(await fault(pooling(opType, [2n], [4n], 18), range([1, 1, 7]))).toMatch(/must be non-negative/);
  });

  it("is right where windows reach as far as their strides", async () => {
    for (const opset of [18, 19]) {
      expect(await fault(pooling("AveragePool", [4n], [4n], opset), range([1, 1, 7]))).toBeNull();
    }
  });
});

describe("Resize that is told the sizes of some axes, between Transpose nodes (operators/resize.ts)", () => {
  const resize = (inputs: string[], attributes: Record<string, bigint[]>) =>
    makeModel(
      makeGraph(
        [
          makeNode("Transpose", ["x"], ["t"], { attributes: { perm: [0n, 3n, 1n, 2n] } }),
          makeNode("Resize", ["t", "", "", ...inputs], ["r"], {
            attributes: { ...attributes, mode: "linear" },
          }),
          makeNode("Transpose", ["r"], ["y"], { attributes: { perm: [0n, 2n, 3n, 1n] } }),
        ],
        "resize",
        [makeTensorValueInfo("x", "float32", ["batch", 4, 5, 2])],
        [makeTensorValueInfo("y", "float32", ["batch", 3, 9, 2])],
        [
          makeTensor("some", tensor("int64", BigInt64Array.of(3n, 9n), [2])),
          makeTensor("all", tensor("int64", BigInt64Array.of(1n, 2n, 3n, 9n), [4])),
        ].filter(({ name }) => inputs.includes(name)),
      ),
      { opset: 18 },
    );
  const x = range([1, 4, 5, 2]);

  it("is refused", async () => {
    expect(await fault(resize(["some"], { axes: [2n, 3n] }), x)).toMatch(
      /Number of elements of input 'sizes'/,
    );
  });

  it("is right with the sizes of all", async () => {
    expect(await fault(resize(["all"], {}), x)).toBeNull();
  });
});
