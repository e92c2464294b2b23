import type { EpochLog } from "@congruent/core/schemas";
import type { Callback, TrainBegin } from "@congruent/trainer";
import { durationText } from "./duration.js";
import { note } from "./output.js";
import { type ProgressLine, progressLine } from "./progress.js";
import { type TrainingPace, trainingPace } from "./training-pace.js";

/**
 * Loss, accuracy, examples per second and the time left of all epochs. As soon as enough steps were measured, it says how long the training
 * will take.
 */
export function trainProgress(): Callback {
  let begin: TrainBegin | undefined;
  let pace: TrainingPace | undefined;
  let line: ProgressLine | undefined;
  let started = 0;
  let said = false;
  const perSecond = (examples: number, seconds: number) => `${Math.round(examples / seconds)} examples/s`;
  return {
    onTrainBegin(information) {
      begin = information;
      pace = trainingPace(information);
    },
    onBatchEnd(log) {
      if (!begin || !pace) return;
      const now = performance.now();
      if (!line) {
        line = progressLine(`epoch ${log.epoch}/${begin.epochs}`, begin.steps, "steps");
        started = now;
      }
      const left = pace.at(log.epoch, log.step, now);
      if (left !== null && !said) {
        said = true;
        line.note(estimate(begin, log.epoch, left, pace.msPerStep ?? 0));
      }
      const speed = perSecond(log.examples, (now - started) / 1000);
      const rest = left === null ? "" : ` · ${durationText(left)} left in all`;
      line.update(log.step, `loss ${log.loss.toFixed(4)} acc ${log.accuracy?.toFixed(4)} ${speed}${rest}`);
    },
    onEpochEnd(log) {
      const epochs = begin?.epochs ?? log.epoch;
      const left = pace?.at(log.epoch, log.steps, performance.now()) ?? null;
      const rest = left === null || log.epoch === epochs ? "" : `  ${durationText(left)} left`;
      const text = `${epochLine(log, epochs)}${rest}`;
      if (line) line.end(text);
      else note(text);
      line = undefined;
    },
  };
}

function estimate({ epochs, steps }: TrainBegin, epoch: number, left: number, ms: number): string {
  const what = epoch === 1 ? `${epochs} epochs` : `what is left of ${epochs} epochs`;
  const pace = `${ms.toPrecision(2)} ms a step, ${steps} steps an epoch`;
  return `about ${durationText(left)} for ${what}, as measured now (${pace})`;
}

function epochLine(log: EpochLog, epochs: number): string {
  const validation =
    log.valLoss === undefined
      ? ""
      : `  val_loss ${log.valLoss.toFixed(4)}  val_acc ${log.valAccuracy?.toFixed(4)}`;
  const speed = `${Math.round(log.examplesPerSecond)} examples/s`;
  return `epoch ${log.epoch}/${epochs}  ${log.seconds.toFixed(1)} s  loss ${log.loss.toFixed(4)}  acc ${log.accuracy?.toFixed(4)}${validation}  ${speed}`;
}
