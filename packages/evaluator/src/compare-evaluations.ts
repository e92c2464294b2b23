import { adjustByHolm, CongruentError, mcnemarTest, wilsonInterval } from "@congruent/core";
import { type Evaluation, metricScores, type ScoreComparison } from "@congruent/core/schemas";

export interface CompareEvaluationsOptions {
  /** Differences whose adjusted p-value is below it are more than noise. Default: 0.05. */
  alpha?: number;
}

/**
 * Models scored on the same images: their accuracies with Wilson's intervals and, for every two, McNemar's exact test of the
 * images that one alone classifies rightly. p-values are adjusted by Holm's method for all pairs together.
 *
 * Evaluations of older files, which do not say which images they are of, are compared where they are of whole test sets with
 * the same labels.
 *
 * @param evaluations two or more, in the order of the result's models
 * @throws CongruentError `E_COMPARE` for fewer than two, `E_COMPARE_IMAGES` where they are not of the same images
 * @example
 * ```ts no-run
 * const [a, b] = await Promise.all(models.map((model) => evaluate({ model, dataset })));
 * const { pairs } = compareEvaluations([a, b]);
 * pairs[0].significant; // => false
 * ```
 */
export function compareEvaluations(
  evaluations: readonly Evaluation[],
  { alpha = 0.05 }: CompareEvaluationsOptions = {},
): ScoreComparison {
  const [first, ...others] = evaluations;
  if (!first || others.length === 0) {
    throw new CongruentError({
      code: "E_COMPARE",
      what: `${evaluations.length} evaluations were given to compare`,
      expected: "two or more",
      fix: "evaluate another model on the same images",
    });
  }
  for (const other of others) refuseOtherImages(first, other);
  const { name, split, samples } = first.dataset;
  const wrong = evaluations.map(({ mistakes }) => new Set(mistakes.map(({ index }) => index)));
  const pairs = evaluations.flatMap((_, a) =>
    evaluations.slice(a + 1).map((__, offset) => pairOf(wrong, a, a + 1 + offset, samples)),
  );
  const adjusted = adjustByHolm(pairs.map(({ pValue }) => pValue));
  return {
    schema: "congruent/score-comparison@1",
    dataset: { name, split, samples },
    alpha,
    models: evaluations.map((evaluation) => {
      const { model, mistakes } = evaluation;
      const correct = samples - mistakes.length;
      return {
        ...model,
        correct,
        accuracy: correct / samples,
        interval: wilsonInterval(correct, samples),
        scores: metricScores(evaluation),
      };
    }),
    pairs: pairs.map((pair, i) => ({ ...pair, adjustedP: adjusted[i]!, significant: adjusted[i]! < alpha })),
  };
}

function pairOf(wrong: readonly Set<number>[], first: number, second: number, samples: number) {
  const [own, other] = [wrong[first]!, wrong[second]!];
  const onlyFirst = [...other].filter((index) => !own.has(index)).length;
  const onlySecond = [...own].filter((index) => !other.has(index)).length;
  return {
    first,
    second,
    difference: (onlyFirst - onlySecond) / samples,
    onlyFirst,
    onlySecond,
    pValue: mcnemarTest(onlyFirst, onlySecond),
  };
}

function refuseOtherImages(first: Evaluation, other: Evaluation): void {
  const say = ({ model, dataset: { name, split, samples } }: Evaluation) =>
    `${model.path} on ${samples} ${split} images of ${name}`;
  const why = whyOther(first, other);
  if (why === null) return;
  throw new CongruentError({
    code: "E_COMPARE_IMAGES",
    what: `${say(first)} and ${say(other)} cannot be compared: ${why}`,
    expected: "evaluations of the same images",
    fix: "evaluate both with one --dataset, --split and --limit",
  });
}

/** Why two evaluations are, or may be, of other images, without a full stop; null where they are of the same. */
function whyOther(a: Evaluation, b: Evaluation): string | null {
  if (a.dataset.samples !== b.dataset.samples) return "the images' samples differs";
  if (a.dataset.samples === 0) return "there are no images";
  // The same images may go by several names: MNIST itself, and CSV files of it.
  const known = a.dataset.sha256 !== undefined && b.dataset.sha256 !== undefined;
  if (known && a.dataset.sha256 === b.dataset.sha256) return null;
  for (const key of ["name", "split"] as const) {
    if (a.dataset[key] !== b.dataset[key]) return `the images' ${key} differs`;
  }
  if (known) return "the images are others";
  if (a.dataset.split !== "test") return "one of the files is too old to say which images it is of";
  const supports = ({ confusion }: Evaluation) =>
    confusion.map((row) => row.reduce((sum, count) => sum + count, 0)).join();
  return supports(a) === supports(b) && sameTruth(a, b) ? null : "the images' labels differ";
}

/** Where both are wrong, both know the true label. */
function sameTruth(a: Evaluation, b: Evaluation): boolean {
  const labels = new Map(a.mistakes.map(({ index, label }) => [index, label]));
  return b.mistakes.every(({ index, label }) => (labels.get(index) ?? label) === label);
}
