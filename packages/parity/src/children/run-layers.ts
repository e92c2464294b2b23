/** Child process: runs a tfjs layers model with @congruent/layers, and hands over each batch as soon as it is done. */
import { answerInParts } from "@congruent/core/process";
import { openLayersModel } from "@congruent/layers";
import { runInParts } from "../run-in-parts.js";
import type { LayersPart, LayersRequest } from "./protocol.js";

answerInParts<LayersRequest, LayersPart>(
  async ({ directory, inputs, outputs, batching, growWithinMs }, hand) => {
    const { run, versions } = await openLayersModel(directory, outputs);
    const left = growWithinMs === undefined ? undefined : () => growWithinMs - process.uptime() * 1000;
    await runInParts(
      async (feeds) => run(feeds),
      inputs,
      { batching, left },
      (part) => hand({ ...part, versions }),
    );
  },
);
