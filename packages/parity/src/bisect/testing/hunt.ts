import type { Bisect } from "@congruent/core/schemas";
import { bisect } from "../bisect.js";
import { effectOf } from "./effect-of.js";
import { faultyRunner } from "./faulty-runner.js";
import { testModels } from "./models.js";
import type { PlantedFault } from "./seeded-faults.js";

/** What a bisect made of a planted fault. */
export interface Hunt {
  title: string;
  node: string;
  /** Nodes that the bisect named. */
  cumulative: string[];
  isolated: string[];
  result: Bisect;
  /** How far the fault moves its node's value, relative to it. */
  effect: number;
}

/** Lets a bisect, which is not told of the fault, look for it. */
export async function hunt(
  { model: name, node, fault }: PlantedFault,
  { child = false } = {},
): Promise<Hunt> {
  const { model, inputs } = testModels[name]();
  const output = model.graph?.node.find((each) => each.name === node)?.output[0] as string;
  const job = { layersDirectory: null, webApp: null, timeoutMs: 60_000 };
  const runner = faultyRunner([{ output, fault }], { child });
  const result = await bisect({ model, inputs, runner, job });
  return {
    title: `${name} ${node}: ${fault.name}`,
    node,
    cumulative: result.cumulative?.roots.map((each) => each.node) ?? [],
    isolated: result.isolated?.wrong.map((each) => each.node) ?? [],
    result,
    effect: await effectOf(model, inputs, output, fault),
  };
}
