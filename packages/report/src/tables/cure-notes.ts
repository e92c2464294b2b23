import type { Cure, CureTrial } from "@congruent/core/schemas";
import { formatPlural } from "../formats/numbers.js";
import type { BisectNote } from "./bisect-notes.js";

/**
 * What makes a wrong runtime right, a sentence each.
 *
 * @example
 * ```ts
 * const trial = {
 *   what: "values laid out as NCHW", optimization: null, session: { provider: { preferredLayout: "NCHW" }, config: {} }, cures: true,
 *   reason: null, latency: { ratio: 0.8, withMs: 8, withoutMs: 10, rounds: 3 },
 * };
 * const options = { executionProviders: [{ name: "webgpu", preferredLayout: "NCHW" }] };
 * cureNotes({ trials: [trial], best: trial, options, samples: 40 }).map(({ text }) => text);
 * // => [
 * //   "values laid out as NCHW: right on 40 samples, 0.800 times the time",
 * //   '{"executionProviders":[{"name":"webgpu","preferredLayout":"NCHW"}]}',
 * // ]
 * ```
 */
export function cureNotes({ trials, best, options, samples }: Cure): BisectNote[] {
  if (!best) {
    const tried = trials.map(({ what }) => what).join(", ");
    return [
      { title: "Cure", text: `none of ${formatPlural(trials.length, "setting")} makes it right: ${tried}` },
    ];
  }
  const others = trials.filter((trial) => trial.cures && trial.what !== best.what);
  const also = others.length > 0 ? `; also ${others.map(priced).join(", ")}` : "";
  return [
    {
      title: "Cure",
      text: `${best.what}: right on ${formatPlural(samples, "sample")}${cost(best, ", ")}${also}`,
    },
    { title: "Session options", text: JSON.stringify(options) },
  ];
}

function priced(trial: CureTrial): string {
  const price = cost(trial, "");
  return price === "" ? trial.what : `${trial.what} (${price})`;
}

function cost({ latency }: CureTrial, before: string): string {
  return latency === null ? "" : `${before}${latency.ratio.toPrecision(3)} times the time`;
}
