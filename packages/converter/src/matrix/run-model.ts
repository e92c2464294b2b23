import { CongruentError, type Tensor, tensor } from "@congruent/core";
import { checkModel, encodeModel, type ModelProto, modelInterface } from "@congruent/onnx";
import { compareWithBound, interpretWithBounds, type Value } from "@congruent/reference";
import { load } from "@congruent/runtime";
import { sizesAgree } from "./sizes-agree.js";

/** What is compared: outputs of tfjs for some inputs, and the model that was converted from it. */
export interface Trial {
  proto: ModelProto;
  /** By name. */
  feeds: Record<string, Tensor>;
  /** In the model's order. */
  expected: readonly Tensor[];
}

/**
 * Compares tfjs and ONNX Runtime's CPU kernels with the reference, each within the reference's own bounds, and the declared shapes with the real
 * ones.
 *
 * @returns what is wrong, as sentences
 */
export async function flawsOf({ proto, feeds, expected }: Trial): Promise<string[]> {
  checkModel(proto);
  const { outputs, values, bounds } = interpretWithBounds(proto, feeds, { keep: "all" });
  const flaws = sizesAgree(proto, values, outputs, feeds);
  const session = await load(encodeModel(proto)).catch((error: unknown) => error);
  if (session instanceof Error) return [...flaws, `node-cpu: ${session.message}`];
  const opened = session as Awaited<ReturnType<typeof load>>;
  const seen = await opened.run(feeds).catch((error: unknown) => error as Error);
  await opened.close();
  if (seen instanceof Error) return [...flaws, `node-cpu: ${seen.message}`];
  modelInterface(proto).outputs.forEach(({ name }, i) => {
    const reference = outputs.get(name) as Value;
    const errors = bounds.get(name)?.errors ?? null;
    const runs = [
      ["tfjs", expected[i], errors],
      ["node-cpu", seen[name], errors],
    ] as const;
    for (const [who, found, bound] of runs) {
      if (!found) {
        flaws.push(`${who} gave no output ${name}`);
        continue;
      }
      const { within, reason, unbounded } = compareWithBound(found, reference, bound);
      if (!within) flaws.push(`${who}, output ${name}: ${reason}`);
      if (unbounded > 0) flaws.push(`${who}, output ${name}: ${unbounded} elements have no bound`);
    }
  });
  return flaws;
}

/** A tensor of tfjs as one of this project. */
export function fromTfjs(found: { dtype: string; shape: number[]; dataSync(): ArrayLike<number> }): Tensor {
  const data = found.dataSync();
  if (found.dtype === "float32") return tensor("float32", Float32Array.from(data), found.shape);
  if (found.dtype === "int32") return tensor("int32", Int32Array.from(data), found.shape);
  throw new CongruentError({ code: "E_TENSOR_DTYPE", what: `tfjs gave a tensor of type ${found.dtype}` });
}
