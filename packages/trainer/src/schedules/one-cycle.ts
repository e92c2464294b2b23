import type { ScheduleConfig } from "@congruent/core/schemas";
import type { Schedule, ScheduleContext } from "./schedule.js";

/**
 * `torch.optim.lr_scheduler.OneCycleLR` (Smith & Topin 2019) with `cycle_momentum=False`: from maxLr / divFactor up
 * to maxLr in the first `pctStart` of the steps, then down to maxLr / divFactor / finalDivFactor; with `threePhase`
 * it comes down as it went up, and then to the end. Defaults: `maxLr` is the optimizer's learning rate, `totalSteps` the
 * number of all steps.
 */
export function oneCycle(
  config: Extract<ScheduleConfig, { name: "oneCycle" }>,
  { learningRate, stepsPerEpoch, epochs }: ScheduleContext,
): Schedule {
  const { pctStart, divFactor, finalDivFactor, threePhase } = config;
  const maxLr = config.maxLr ?? learningRate;
  const total = config.totalSteps ?? stepsPerEpoch * epochs;
  const initial = maxLr / divFactor;
  const lowest = initial / finalDivFactor;
  // Where each phase ends, as PyTorch counts it: in steps, not rounded.
  const phases = threePhase
    ? [
        { end: pctStart * total - 1, from: initial, to: maxLr },
        { end: 2 * pctStart * total - 2, from: maxLr, to: initial },
        { end: total - 1, from: initial, to: lowest },
      ]
    : [
        { end: pctStart * total - 1, from: initial, to: maxLr },
        { end: total - 1, from: maxLr, to: lowest },
      ];
  const anneal = anneals[config.annealStrategy];
  return (step) => {
    let begin = 0;
    for (const { end, from, to } of phases) {
      // A phase without length is over at once.
      if (step <= end) return anneal(from, to, end > begin ? (step - begin) / (end - begin) : 1);
      begin = end;
    }
    return lowest;
  };
}

/** From one rate to another, where a share of the way is done. */
const anneals = {
  cos: (from: number, to: number, share: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share)),
  linear: (from: number, to: number, share: number) => from + (to - from) * share,
};
