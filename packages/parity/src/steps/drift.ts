/** A report over all steps told step by step. */
import type { OutputDifference, ParityCell, ParityReport, Steps } from "@congruent/core/schemas";
import { attribution } from "../attribution.js";
import { type StateLink, stepOf } from "./unroll.js";

/**
 * Every output once, at its worst step, and how each runtime drifts. The bound grows with the steps: the reference's error analysis goes
 * through all of them.
 */
export function withDrift(report: ParityReport, count: number, state: readonly StateLink[]): ParityReport {
  const drift = report.cells.flatMap((cell) => driftOf(cell));
  const cells = report.cells.map((cell) => ({
    ...cell,
    outputs: worst(cell.outputs, count),
    reference: cell.reference && { ...cell.reference, outputs: worst(cell.reference.outputs, count) },
  }));
  return {
    ...report,
    cells,
    attribution: attribution(cells),
    steps: { count, state: [...state], drift },
    // Of this model as it is, not of its copies.
    graph: null,
  };
}

function driftOf({ runtime, browser, variant, outputs, reference }: ParityCell): Steps["drift"] {
  const against = reference ? "reference" : "baseline";
  return [...grouped(reference?.outputs ?? outputs)].map(([output, steps]) => ({
    runtime,
    browser,
    variant,
    output,
    against,
    maxAbs: steps.map(({ maxAbs }) => maxAbs),
    bound: steps.map(({ bound }) => (Number.isFinite(bound) ? bound : null)),
    firstBeyond: steps.findIndex(({ within }) => !within) + 1 || null,
  }));
}

/** By the output's own name, in the order of the steps. */
function grouped(outputs: readonly OutputDifference[]): Map<string, OutputDifference[]> {
  const groups = new Map<string, OutputDifference[]>();
  for (const output of outputs) {
    const { name, step } = stepOf(output.name) ?? { name: output.name, step: 1 };
    const group = groups.get(name) ?? [];
    group[step - 1] = output;
    groups.set(name, group);
  }
  return groups;
}

function worst(outputs: readonly OutputDifference[], count: number): OutputDifference[] {
  return [...grouped(outputs)].map(([name, steps]) => {
    const step = steps.reduce(
      (worse, each, i) => (badness(each) > badness(steps[worse] as OutputDifference) ? i : worse),
      0,
    );
    const found = steps[step] as OutputDifference;
    return {
      ...found,
      name,
      within: steps.every(({ within }) => within),
      why: `step ${step + 1} of ${count}: ${found.why}`,
    };
  });
}

function badness({ maxAbs, bound, within }: OutputDifference): number {
  if (maxAbs === null) return Number.POSITIVE_INFINITY;
  return (within ? 0 : 1e12) + (bound !== null && bound > 0 ? maxAbs / bound : maxAbs);
}
