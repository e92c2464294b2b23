import { CongruentError } from "@congruent/core";
import type { Recipe } from "@congruent/core/schemas";

/**
 * Refuses callbacks that would choose by the test images: where a recipe validates with the test set, no callback may stop
 * a training, change its learning rate or restore weights by the validation values.
 *
 * @throws CongruentError `E_TEST_MONITORED` naming the callback and the validation split.
 *
 * @example
 * ```ts
 * const callbacks = [{ name: "earlyStopping", monitor: "valLoss", restoreBestWeights: true }];
 * refuseChoosingByTest({ validationSplit: 0.1, callbacks }); // => undefined
 * ```
 */
export function refuseChoosingByTest({
  validationSplit,
  callbacks = [],
}: Pick<Recipe, "validationSplit" | "callbacks">): void {
  if (validationSplit !== "test") return;
  // val_loss is Keras' spelling of valLoss.
  const chooser = callbacks.find(({ monitor }) => /^val(_|[A-Z])/.test(monitor));
  if (!chooser) return;
  const restores = chooser.name === "earlyStopping" && chooser.restoreBestWeights;
  throw new CongruentError({
    code: "E_TEST_MONITORED",
    what: `validationSplit is "test", and ${chooser.name} monitors ${chooser.monitor}${restores ? " and restores the best weights" : ""}: the test images would decide which weights are scored on them`,
    expected: "a test set from which nothing is chosen",
    fix: 'validate with a part of the training images ("validationSplit": 0.1), or monitor what is trained on (loss, accuracy)',
  });
}
