/** How many of the planted faults are caught, at their size and at parts of it. */
import { isolate, modelInterface } from "../../packages/onnx/src/index.ts";
import { weakened, withFault } from "../../packages/parity/src/bisect/testing/faults.ts";
import { testModels } from "../../packages/parity/src/bisect/testing/models.ts";
import { seededFaults } from "../../packages/parity/src/bisect/testing/seeded-faults.ts";
import { compareWithBound, interpretWithBounds, toTensor } from "../../packages/reference/src/index.ts";
import { observe } from "./runtimes.js";

const SEEDS = [2026, 7];
const SHARES = [1, 0.1, 0.01];

/** Whether a model's output, or the node by itself, is outside its bound on ONNX Runtime's plain CPU kernels. */
async function caught(model, feeds, faulty, names) {
  const { outputs, bounds } = interpretWithBounds(model, feeds, { keep: "all" });
  const [seen] = await observe(faulty, feeds, ["node-cpu, disabled"]);
  if (!seen) return true;
  return names.some(
    (name) => !compareWithBound(seen.outputs[name], outputs.get(name), bounds.get(name).errors).within,
  );
}

/** @returns {Promise<{ share: number, faults: number, byItself: number, atOutputs: number }[]>} */
export async function countPlanted() {
  const counts = SHARES.map((share) => ({ share, faults: 0, byItself: 0, atOutputs: 0 }));
  for (const { model: name, node, fault } of SEEDS.flatMap((seed) => seededFaults(seed))) {
    const { model, inputs } = testModels[name]();
    const output = model.graph.node.find((each) => each.name === node).output[0];
    const { values, outputs } = interpretWithBounds(model, inputs, { keep: "all" });
    const { model: apart, given } = isolate(model);
    const exact = Object.fromEntries(
      modelInterface(apart).inputs.map(({ name: input }) => [
        input,
        inputs[input] ?? toTensor(values.get(given[input]) ?? outputs.get(given[input])),
      ]),
    );
    const dtype = (values.get(output) ?? outputs.get(output)).dtype;
    const finals = model.graph.output.map((each) => each.name);
    for (const count of counts) {
      // A label or a condition has no part of a fault.
      if (count.share !== 1 && dtype !== "float32") continue;
      const planted = count.share === 1 ? fault : weakened(fault, count.share);
      count.faults++;
      if (await caught(apart, exact, withFault(apart, output, planted), [output])) count.byItself++;
      if (await caught(model, inputs, withFault(model, output, planted), finals)) count.atOutputs++;
    }
  }
  return counts;
}
