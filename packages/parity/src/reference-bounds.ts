/** Outputs compared with the reference element by element, each element with its own bound. */
import { rows, type Tensor } from "@congruent/core";
import type { OutputDifference } from "@congruent/core/schemas";
import { compareWithBound, fromTensor } from "@congruent/reference";
import type { Comparison } from "@congruent/runtime";
import type { ReferenceBound, RunnerResult } from "./runner.js";

/**
 * The comparison with the bounds of the error analysis, element by element, instead of one bound for all elements.
 *
 * @param samples the first ones of both; null where the first axes do not count samples
 */
export function withinBounds(
  comparison: Comparison,
  { outputs: observed }: RunnerResult,
  bounds: Readonly<Record<string, ReferenceBound>>,
  samples: number | null,
): Comparison {
  const judged = comparison.outputs.map((output): { output: OutputDifference; reason: string | null } => {
    const bound = bounds[output.name];
    const got = observed[output.name];
    // Labels are judged with their ties; what the analysis leaves out is exact, and keeps its own rule.
    if (!bound || !got || output.name === "label")
      return { output, reason: output.within || output.name === "label" ? null : beyond(output) };
    return judge(output, first(got, samples), bound, samples);
  });
  const reasons = [
    ...labelReason(comparison),
    ...judged.flatMap(({ reason }) => (reason === null ? [] : [reason])),
  ];
  return {
    ...comparison,
    outputs: judged.map(({ output }) => output),
    reason: reasons.length > 0 ? reasons.join("; ") : null,
  };
}

/** Labels are judged with their ties, as between two runtimes. */
function labelReason({ outputs }: Comparison): string[] {
  const label = outputs.find(({ name }) => name === "label");
  return label && !label.within ? ["label differs where the reference is sure"] : [];
}

function beyond({ name, maxAbs, bound }: OutputDifference): string {
  if (maxAbs === null) return `${name} is missing or of another shape`;
  return bound === null
    ? `${name} differs by ${maxAbs} where the reference has an exact value`
    : `${name} differs by ${maxAbs}, more than ${bound}`;
}

function judge(
  output: OutputDifference,
  observed: Tensor,
  { exact, errors, why }: ReferenceBound,
  samples: number | null,
): { output: OutputDifference; reason: string | null } {
  const right = { ...fromTensor(first(exact, samples)), dtype: observed.dtype };
  const allowed = first(errors, samples).data as Float64Array;
  const { within, reason, maxAbs, maxUlp, ratio, worst, unbounded } = compareWithBound(
    observed,
    right,
    allowed,
  );
  if (allowed.length > 0 && allowed.every((error) => !(error < Number.POSITIVE_INFINITY))) {
    const nothing = "the error analysis says nothing of this output";
    return {
      output: { ...output, bound: null, why: nothing, within },
      reason: within ? null : `${output.name}: ${reason}`,
    };
  }
  const share = Number.isFinite(ratio) ? `, of which ${Number((ratio * 100).toPrecision(2))} % is used` : "";
  const nothing = unbounded > 0 ? `; nothing can be said of ${unbounded} elements` : "";
  return {
    output: {
      ...output,
      maxAbs,
      maxUlp,
      bound: worst && Number.isFinite(worst.bound) ? worst.bound : largestFinite(allowed),
      why: `${why}${share}${nothing}`,
      within,
    },
    reason: within ? null : `${output.name}: ${reason}`,
  };
}

function first<T extends Tensor>(tensor: T, samples: number | null): T {
  return samples === null || (tensor.dims[0] ?? 0) <= samples ? tensor : (rows(tensor, 0, samples) as T);
}

/** Of bounds; 0 where none is finite. */
export function largestFinite(errors: Float64Array): number {
  let most = 0;
  for (const error of errors) if (Number.isFinite(error) && error > most) most = error;
  return most;
}
