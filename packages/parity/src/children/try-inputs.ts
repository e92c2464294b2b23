/** Child process: the first of several inputs that a model takes, on ONNX Runtime's CPU. */
import { answerOnce } from "@congruent/core/process";
import { readModel } from "@congruent/onnx/files";
import { load } from "@congruent/runtime";
import { generateInputs } from "../inputs/index.js";
import { optionsOf } from "../mend/find-inputs.js";
import type { TryAnswer, TryRequest } from "./protocol.js";

answerOnce<TryRequest, TryAnswer>(async ({ modelPath, candidates, seed }) => {
  const { model } = await readModel(modelPath);
  const session = await load(modelPath, { runtime: "node-cpu" });
  try {
    for (const [index, { shapes, fills }] of candidates.entries()) {
      try {
        const outputs = await session.run(
          generateInputs(model, optionsOf({ shapes: new Map(shapes), fills }, seed)).tensors,
        );
        if (Object.values(outputs).some(({ data }) => data.length > 0)) return { works: index };
      } catch {
        // That it is refused is the answer to this try.
      }
    }
    return { works: null };
  } finally {
    await session.close();
  }
});
