/** How much a compressed file may lose. */
import { CongruentError } from "@congruent/core";
import type { Budget, OutputQuality } from "@congruent/core/schemas";

const NAMES = ["snr", "cosine", "relative", "flips"] as const;

/**
 * A budget as people write it: `snr=40,flips=0.5%`.
 *
 * @throws CongruentError `E_BUDGET` for another name, a number that is none, or a share beyond 1
 * @example
 * ```ts
 * parseBudget("snr=40,flips=0.5%"); // => { snr: 40, flips: 0.005 }
 * ```
 */
export function parseBudget(text: string): Budget {
  return Object.fromEntries(
    text.split(",").map((part): [string, number] => {
      const [, name, digits, percent] = /^\s*(\w+)\s*=\s*(-?[\d.]+(?:e-?\d+)?)(%?)\s*$/i.exec(part) ?? [];
      const known = NAMES.find((each) => each === name);
      const value = Number(digits) / (percent ? 100 : 1);
      const share = known !== "snr";
      if (known && Number.isFinite(value) && !(share && (value < 0 || value > 1)) && !(percent && !share)) {
        return [known, value];
      }
      throw new CongruentError({
        code: "E_BUDGET",
        what: `"${part.trim()}" is no part of a budget`,
        expected:
          "snr=DECIBELS, cosine=0 to 1, relative=0 to 1 or PERCENT%, flips=0 to 1 or PERCENT%, separated by commas",
        fix: "such as --budget snr=40,flips=0.5%",
      });
    }),
  );
}

/**
 * Why an output is beyond the budget, a phrase each; none where it holds.
 *
 * @example
 * ```ts
 * const quality = { name: "y", equal: false, snr: 31.2, cosine: 0.9996, relative: 0.02, decisions: { kind: "largest", count: 200, flips: 3 } };
 * overBudget(quality, { snr: 40, cosine: 0.999, flips: 0.005 }); // => ["snr 31.2 dB, less than 40", "3 of 200 decisions flip, more than 0.5 %"]
 * ```
 */
export function overBudget(
  { equal, snr, cosine, relative, decisions }: OutputQuality,
  budget: Budget,
): string[] {
  const flips = decisions ? decisions.flips / decisions.count : 0;
  const reasons: (string | false)[] = [
    decisions !== null &&
      budget.flips !== undefined &&
      flips > budget.flips &&
      `${decisions.flips} of ${decisions.count} decisions flip, more than ${percent(budget.flips)}`,
  ];
  // A label is no quantity.
  if (decisions?.kind !== "label" && !equal) {
    reasons.unshift(
      tooLittle("snr", snr, budget.snr, " dB"),
      tooLittle("cosine", cosine, budget.cosine, ""),
      budget.relative !== undefined &&
        (relative === null || relative > budget.relative) &&
        `relative error ${relative === null ? "not finite" : relative.toPrecision(3)}, more than ${budget.relative}`,
    );
  }
  return reasons.filter((reason) => reason !== false);
}

function tooLittle(
  name: string,
  value: number | null,
  least: number | undefined,
  unit: string,
): string | false {
  if (least === undefined || (value !== null && value >= least)) return false;
  return `${name} ${value === null ? "not finite" : `${Number(value.toPrecision(4))}${unit}`}, less than ${least}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
