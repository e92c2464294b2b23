/** What every pass is held to. */
import type { Tensor } from "@congruent/core";
import { encodeModel, type ModelProto, modelInterface } from "@congruent/onnx";
import { compareWithBound, interpret, interpretWithBounds } from "@congruent/reference";
import { load } from "@congruent/runtime";
import { expect } from "@jest/globals";

/**
 * Asserts that two models take and give the same, by the reference.
 *
 * @param exact whether every bit must be equal; else each element within the reference's own bound for one correct runtime, which here takes
 * the place of float32's rounding: sums in another order differ by far less in double precision
 */
export function expectSame(
  before: ModelProto,
  after: ModelProto,
  feeds: Record<string, Tensor>,
  exact: boolean,
): void {
  expect(modelInterface(after)).toEqual(modelInterface(before));
  const old = interpretWithBounds(before, feeds);
  const made = interpret(after, feeds);
  expect([...made.outputs.keys()]).toEqual([...old.outputs.keys()]);
  for (const [name, wanted] of old.outputs) {
    const seen = made.outputs.get(name);
    if (exact) expect(seen).toEqual(wanted);
    else {
      const errors = old.bounds.get(name)?.errors ?? null;
      expect({ name, ...compareWithBound(seen as typeof wanted, wanted, errors) }).toMatchObject({
        name,
        within: true,
      });
    }
  }
}

/** Asserts that ONNX Runtime's CPU kernels compute of the second model what the reference computes of the first, within its bound. */
export async function expectSameInRuntime(
  before: ModelProto,
  after: ModelProto,
  feeds: Record<string, Tensor>,
) {
  const { outputs, bounds } = interpretWithBounds(before, feeds);
  const session = await load(encodeModel(after));
  try {
    const seen = await session.run(feeds);
    for (const [name, wanted] of outputs) {
      const found = compareWithBound(seen[name] as Tensor, wanted, bounds.get(name)?.errors ?? null);
      expect({ name, ...found }).toMatchObject({ name, within: true });
    }
  } finally {
    await session.close();
  }
}
