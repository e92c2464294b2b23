import { arch, cpus, platform } from "node:os";
import type { Environment } from "@congruent/core/schemas";
import type { Dataset, Partition } from "@congruent/datasets";

/** What decides environment.json besides the machine. */
export interface EnvironmentOptions
  extends Pick<
    Environment,
    "engine" | "device" | "seed" | "threads" | "batchParts" | "kernels" | "instructionSet" | "versions"
  > {
  /** The data set that was trained on. */
  dataset: Dataset;
  /** How the recipe divided it. */
  parts: Partition;
}

/**
 * The content of a run's environment.json for a training on this machine, with this version of Node.
 *
 * @example
 * ```ts no-run
 * environmentOf({ engine: "graph", device: "cpu", seed: 42, versions: {}, dataset, parts }).dataset.train; // => 54000
 * ```
 */
export function environmentOf(options: EnvironmentOptions): Environment {
  const { dataset, parts, versions, engine, device, seed, ...computation } = options;
  const { name, license, sha256, labels, height, width, channels, foreground } = dataset;
  return {
    schema: "congruent/environment@1",
    ...{ engine, device, seed },
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    ...computation,
    versions: { node: process.versions.node, ...versions },
    dataset: {
      ...{ name, license, sha256: { ...sha256 }, labels: [...labels], height, width, channels, foreground },
      train: parts.train.labels.length,
      validation: parts.validation.labels.length,
      heldOut: parts.heldOut.labels.length,
      test: parts.test.labels.length,
    },
  };
}
