import { trainingSeconds } from "@congruent/core";
import type { EpochLog } from "@congruent/core/schemas";
import {
  curves,
  type DocumentBlock,
  formatCount,
  formatScore,
  formatSeconds,
  trainingTimes,
} from "@congruent/report";
import type { ScoredModel, StudyModel } from "../study.js";
import { NOT_HERE, scored } from "./scored.js";
import { figure, table, text } from "./section.js";

/** What training took for each step, in milliseconds, validation included; null without any. */
export function stepMilliseconds(epochs: readonly EpochLog[]): number | null {
  const steps = epochs.reduce((sum, log) => sum + log.steps, 0);
  const seconds = trainingSeconds({ epochs });
  return steps === 0 || seconds === null ? null : (seconds / steps) * 1000;
}

/** How each model was trained: what its recipe says, what it took, and what the study says of that. */
export function trainingTable(models: readonly StudyModel[]): DocumentBlock {
  const withReported = models.some(({ plan }) => plan.reportedStep !== undefined);
  return table(
    "Training; the time of a step includes its share of the validation",
    [
      { title: "model" },
      { title: "optimizer" },
      { title: "batch", numeric: true },
      { title: "epochs", numeric: true },
      { title: "steps per epoch", numeric: true },
      { title: "time", numeric: true },
      { title: "ms per step", numeric: true },
      ...(withReported ? [{ title: "ms per step, reported", numeric: true }] : []),
    ],
    models.map(({ name, recipe: any, found, plan }) => {
      const recipe = any && "optimizer" in any ? any : null;
      const epochs = found?.epochs ?? [];
      const step = stepMilliseconds(epochs);
      return [
        name,
        recipe?.optimizer.name ?? "–",
        recipe ? String(recipe.batchSize) : "–",
        found ? epochsOf(epochs.length, recipe?.epochs) : `– of ${recipe?.epochs ?? "–"}`,
        epochs[0] ? formatCount(epochs[0].steps) : "–",
        found ? formatSeconds(trainingSeconds({ epochs }) ?? 0) : NOT_HERE,
        step === null ? "–" : step.toFixed(1),
        ...(withReported ? [plan.reportedStep ?? "–"] : []),
      ];
    }),
  );
}

function epochsOf(done: number, asked: number | undefined): string {
  return asked === undefined || asked === done ? String(done) : `${done} of ${asked}`;
}

/** Loss and accuracy of all models over each other: the validation's where there are more than two. */
export function curvesOver(
  models: readonly StudyModel[],
  { prefix = "" }: { prefix?: string } = {},
): DocumentBlock[] {
  const runs = scored(models)
    .filter(({ found }) => found.epochs.length > 0)
    .map(({ name, found }) => ({ name, epochs: found.epochs }));
  if (runs.length === 0) return [text("No log of a training is here, so there are no curves.")];
  const shown = runs.length > 2 ? "Validation" : "Training and validation";
  return [
    figure(
      `${prefix}accuracy-curves`,
      curves({ runs, metric: "accuracy", title: `${shown}: accuracy per epoch` }),
    ),
    figure(`${prefix}loss-curves`, curves({ runs, metric: "loss", title: `${shown}: loss per epoch` })),
  ];
}

/** Training and validation curves of one model. */
export function curvesOf({ name, found }: ScoredModel): DocumentBlock[] {
  const { epochs } = found;
  if (epochs.length === 0) return [];
  return [
    figure(
      `${name}-accuracy-curves`,
      curves({ epochs, metric: "accuracy", title: `${name}: accuracy per epoch` }),
    ),
    figure(`${name}-loss-curves`, curves({ epochs, metric: "loss", title: `${name}: loss per epoch` })),
  ];
}

/** Time of training, a bar for each. */
export function timesFigure(models: readonly StudyModel[]): DocumentBlock {
  const times = models.map(({ name, found }) => ({
    name,
    seconds: found && trainingSeconds(found),
  }));
  return figure("training-times", trainingTimes({ models: times }), { note: machines(models) });
}

/** Where the models were trained, in words. */
function machines(models: readonly StudyModel[]): string {
  const known = scored(models).flatMap(({ found }) => found.environment ?? []);
  const named = new Set(
    known.map(({ cpu, cores, device, engine }) => `${engine} engine on ${device}, ${cores} cores of ${cpu}`),
  );
  return named.size === 0
    ? "Where they were trained was not recorded."
    : `Trained by the ${[...named].join("; ")}.`;
}

/** The last epoch's accuracy on the validation images. */
export function lastValidation({ found }: ScoredModel): string {
  const last = found.epochs.at(-1)?.valAccuracy;
  return last === undefined ? "–" : formatScore(last);
}
