import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rows, tensor } from "@congruent/core";
import { loadDataset } from "@congruent/datasets";
import { exportRun } from "@congruent/exporter";
import { readModel } from "@congruent/onnx/files";
import { runParity } from "@congruent/parity";
import { runPaths } from "@congruent/run";
import { expect } from "@jest/globals";
import { mostNodes } from "./most-nodes.js";
import { untrainedRun } from "./untrained-run.js";

/** Operators that none of the networks needs: they come from tiles, casts and shapes computed again for every batch. */
const JUNK = ["Tile", "Expand", "Cast", "Identity", "Shape", "Gather", "Slice", "Loop", "If", "Where"];

/** Enough for every class to occur. */
const SAMPLES = 32;

/**
 * Exports a network to the shared interface (which runs the onnx checker, its shape inference and the profile's own check), and
 * compares ONNX Runtime with tfjs by the tolerance of `congruent parity`.
 */
export async function expectExported(network: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "congruent-network-"));
  try {
    const run = join(folder, network);
    const dataset = await loadDataset("mnist");
    await untrainedRun(network, run, dataset);
    const { path, nodes } = await exportRun({ run });
    const { model } = await readModel(path);
    const operators = (model.graph?.node ?? []).map(({ opType }) => opType);
    expect(operators.filter((operator) => JUNK.includes(operator))).toEqual([]);
    expect(nodes).toBe(operators.length);
    expect(nodes).toBeLessThanOrEqual(await mostNodes(network));

    const images = rows(dataset.test.images, 0, SAMPLES);
    const { cells, verdict, because } = await runParity({
      modelPath: path,
      layersDirectory: runPaths(run).layers,
      inputs: {
        source: "mnist test",
        tensors: { pixels: tensor("float32", Float32Array.from(images.data), images.dims) },
      },
      runtimes: ["tfjs", "node-cpu"],
    });
    expect({ verdict, because }).toMatchObject({ verdict: "pass" });
    const [cell] = cells.filter(({ runtime }) => runtime === "node-cpu");
    expect(cell).toMatchObject({ status: "pass", samples: SAMPLES });
    expect(cell?.outputs.map(({ name }) => name).sort()).toEqual(["label", "logits", "probabilities"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
