import { compareEvaluations } from "@congruent/evaluator";
import { type DocumentBlock, formatCount, formatP, formatScore } from "@congruent/report";
import type { StudyModel } from "../study.js";
import { scored } from "./scored.js";
import { table, text } from "./section.js";

/** Every two models by McNemar's exact test on the same test images, and in a sentence what of it is more than noise. */
export function mcnemar(models: readonly StudyModel[]): DocumentBlock[] {
  const comparison = compared(models);
  if (!comparison) return [text("Fewer than two models are here, so there is nothing to compare.")];
  const { pairs, alpha, dataset } = comparison;
  const name = (index: number) => comparison.models[index]?.name ?? "?";
  return [
    text(
      `${noiseSentence(models)} This holds for these trained models, not for their architectures: another seed is another model.`,
    ),
    table(
      `McNemar's exact test on ${formatCount(dataset.samples)} images; p adjusted by Holm's method, more than noise below ${alpha}`,
      [
        { title: "pair" },
        { title: "difference", numeric: true },
        { title: "only the first right", numeric: true },
        { title: "only the second right", numeric: true },
        { title: "p", numeric: true },
        { title: "p, adjusted", numeric: true },
        { title: "more than noise" },
      ],
      pairs.map(({ first, second, difference, onlyFirst, onlySecond, pValue, adjustedP, significant }) => [
        `${name(first)}, ${name(second)}`,
        `${difference < 0 ? "−" : "+"}${formatScore(Math.abs(difference))}`,
        String(onlyFirst),
        String(onlySecond),
        formatP(pValue),
        formatP(adjustedP),
        significant ? "yes" : "no",
      ]),
    ),
  ];
}

/** Pairs that a sentence names. */
const MOST_TOLD = 4;

/** How many of the differences are more than noise, in a sentence. */
export function noiseSentence(models: readonly StudyModel[]): string {
  const comparison = compared(models);
  if (!comparison) return "There are fewer than two models to compare.";
  const { pairs } = comparison;
  const name = (index: number) => comparison.models[index]?.name ?? "?";
  const real = pairs.filter(({ significant }) => significant);
  if (pairs.length === 1) {
    const [pair] = pairs as [(typeof pairs)[number]];
    const { first, second, difference, significant, pValue } = pair;
    const [better, worse] = difference >= 0 ? [first, second] : [second, first];
    return significant
      ? `${name(better)} is better than ${name(worse)} beyond noise (p ${pOf(pValue)}).`
      : `The difference between ${name(first)} and ${name(second)} is within noise (p ${pOf(pValue)}).`;
  }
  if (real.length === 0) return `All ${pairs.length} differences between two models are within noise.`;
  const told = real.map(({ first, second, difference }) =>
    difference >= 0 ? `${name(first)} over ${name(second)}` : `${name(second)} over ${name(first)}`,
  );
  const rest = pairs.length - real.length;
  const others = rest === 0 ? "" : ` The other ${rest === 1 ? "one is" : `${rest} are`} within noise.`;
  // More than a sentence holds; the table names them all.
  if (real.length > MOST_TOLD)
    return `${real.length} of ${pairs.length} differences between two models are more than noise.${others}`;
  return `${real.length} of ${pairs.length} differences between two models are more than noise: ${told.join(", ")}.${others}`;
}

function compared(models: readonly StudyModel[]) {
  const there = scored(models);
  if (there.length < 2) return null;
  // By the study's names: what a file calls itself may differ.
  return compareEvaluations(
    there.map(({ name, found }) => ({ ...found.evaluation, model: { ...found.evaluation.model, name } })),
  );
}

/** `0.031`, or `below 0.0001`: a sentence says it in words. */
function pOf(p: number): string {
  return formatP(p).replace("< ", "below ");
}
