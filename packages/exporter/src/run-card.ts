import type { AppliedRewrite, Card } from "@congruent/core/schemas";
import type { AnyRun } from "./any-run.js";

/**
 * What is known of a run's model when it is exported.
 *
 * @param versions of the programs that trained and exported it
 * @param rewrites what was rewritten in its file so that all runtimes compute it right. Default: nothing
 */
export function runCard(
  { recipe, environment }: AnyRun,
  outputs: Card["outputs"],
  versions: Record<string, string>,
  rewrites: readonly AppliedRewrite[] = [],
): Card {
  const { dataset } = environment;
  return {
    schema: "congruent/card@1",
    name: recipe.name,
    description: recipe.description,
    profile: "image-classifier",
    input: {
      name: "pixels",
      height: dataset.height,
      width: dataset.width,
      channels: dataset.channels,
      range: [0, 255],
      foreground: dataset.foreground,
    },
    outputs,
    labels: dataset.labels,
    dataset: { name: dataset.name, license: dataset.license, sha256: dataset.sha256 },
    recipe,
    versions,
    rewrites: [...rewrites],
  };
}
