import { runtimeId, trainingSeconds } from "@congruent/core";
import type { StudyModelRow } from "@congruent/core/schemas";
import { formatCount, formatScore, type StudyDocument } from "@congruent/report";
import type { StudyContext, StudyModel } from "./study.js";
import { STUDIED } from "./study-recipe.js";
import { noiseSentence } from "./vocabulary/comparison.js";
import { scored } from "./vocabulary/scored.js";
import { isComparable, placed, REPORTED_DIGITS, scoreOf } from "./vocabulary/scores.js";
import { text } from "./vocabulary/section.js";
import { stepMilliseconds } from "./vocabulary/training.js";

/** A study's report, from all that was found of its models. Pure: the same context gives the same document. */
export function studyDocument(context: StudyContext): StudyDocument {
  const { study, dataset, quick, models, original } = context;
  const there = scored(models).map((model) => ({ model, score: scoreOf(model) }));
  const missing = models.filter(({ found }) => !found);
  const best = [...there].sort((a, b) => b.score.accuracy - a.score.accuracy)[0];
  const [first, ...rest] = study.sections(context).filter(({ blocks }) => blocks.length > 0);
  if (!first) throw new Error(`study ${study.name} has no sections`);
  const about = aboutChanges(context);
  const noted = { ...first, blocks: [...(about ? [text(about)] : []), ...first.blocks] };
  return {
    name: study.name,
    title: study.title,
    kicker: `Study ${study.letter}`,
    lead: [study.question, conclusion(context)].join(" "),
    dataset: dataset.name,
    quick,
    headlines: [
      {
        name: "Best test accuracy",
        value: best ? formatScore(best.score.accuracy) : "–",
        hint: best
          ? `${best.model.name}, ${formatScore(best.score.interval[0])} to ${formatScore(best.score.interval[1])}`
          : "no model is here",
      },
      {
        name: "Models",
        value: missing.length === 0 ? String(models.length) : `${there.length} of ${models.length}`,
        hint:
          missing.length === 0
            ? "all trained and scored"
            : `missing: ${missing.map(({ name }) => name).join(", ")}`,
      },
      {
        name: "Parity",
        value: `${there.filter(({ model }) => model.found.parity?.verdict === "pass").length} pass`,
        hint: `of ${there.length} models on several runtimes`,
      },
      {
        name: "Data set",
        value: dataset.name,
        hint: `${formatCount(best?.score.samples ?? dataset.test.labels.length)} test images${original ? "" : ", not the study's own run"}`,
      },
    ],
    models: models.map((model) => modelRow(context, model)),
    missing: missingOf(context),
    sections: [noted, ...rest],
  };
}

/** Models that are not here or were not compared, and the search where there is to be one. */
function missingOf({ models, study, search }: StudyContext): string[] {
  const gone = models.filter(({ found }) => !found).map(({ name }) => name);
  const alone = scored(models).filter(({ found }) => !found.parity);
  return [
    ...gone,
    ...alone.map(({ name }) => `the parity of ${name}`),
    ...(study.searched !== undefined && !search ? ["the search"] : []),
  ];
}

function aboutChanges({ quick, original, dataset }: StudyContext): string | null {
  if (original) return null;
  const small =
    "This is the quick version: few images, few epochs, part of the test images. It shows that every part works; its numbers say nothing about the study.";
  const other = `The study used MNIST; this is the same on ${dataset.title}, so what it reported is left out.`;
  return [...(quick ? [small] : []), ...(dataset.name === STUDIED ? [] : [other])].join(" ");
}

function conclusion(context: StudyContext): string {
  const { models, original } = context;
  const there = scored(models);
  const gone = missingOf(context);
  if (there.length === 0) return "None of its models is here yet.";
  const comparable = original ? there.filter(({ plan }) => isComparable(plan.reported)) : [];
  const within = comparable.filter(
    (model) => placed(model.plan.reported, scoreOf(model).interval) === "within it",
  );
  return [
    ...(comparable.length > 0
      ? [`${within.length} of ${comparable.length} reported accuracies lie within the 95 % interval of ours.`]
      : []),
    ...(there.length > 1 ? [noiseSentence(models)] : []),
    ...(gone.length > 0 ? [`Not here yet: ${gone.join(", ")}.`] : []),
  ].join(" ");
}

function modelRow({ original }: StudyContext, model: StudyModel): StudyModelRow {
  const { name, found, plan, summary, command } = model;
  const { reported } = plan;
  const score = found && scoreOf({ ...model, found });
  return {
    name,
    status: found ? "scored" : "missing",
    source: found?.source ?? null,
    command: found ? null : command,
    sha256: found?.sha256 ?? null,
    reported: original && reported ? { digits: REPORTED_DIGITS, of: "test images", ...reported } : null,
    accuracy: score?.accuracy ?? null,
    right: score?.right ?? null,
    samples: score?.samples ?? null,
    interval: score?.interval ?? null,
    seeds: [...(found?.seeds ?? [])],
    parameters: summary?.parameters.total ?? null,
    bytes: found?.bytes ?? null,
    epochs: found?.epochs.length ?? null,
    trainingSeconds: found && trainingSeconds(found),
    stepMilliseconds: found ? stepMilliseconds(found.epochs) : null,
    agreement: found?.agreement?.verdict ?? null,
    parity: found?.parity
      ? {
          verdict: found.parity.verdict,
          cells: found.parity.cells.map(({ status, samples, ...cell }) => ({
            runtime: runtimeId(cell),
            status,
            samples,
          })),
        }
      : null,
  };
}
