import type { CallbackConfig } from "@congruent/core/schemas";
import type { Callback, TrainBegin } from "./callback.js";
import { earlyStopping } from "./early-stopping.js";
import { reduceLROnPlateau } from "./reduce-lr-on-plateau.js";

/** The callbacks that a recipe can name: those that decide the weights. */
const callbacks: {
  [N in CallbackConfig["name"]]: (config: Extract<CallbackConfig, { name: N }>) => Callback;
} = { earlyStopping, reduceLROnPlateau };

/** The callback that a recipe describes. */
export function callbackOf(config: CallbackConfig): Callback {
  return callbacks[config.name](config as never);
}

/**
 * Refuses callbacks that could not work, before anything is written.
 *
 * @throws CongruentError `E_MONITOR`, `E_MONITOR_MODE` or `E_SCHEDULE`.
 */
export async function refuseCallbacks(
  configs: readonly CallbackConfig[],
  begin: Pick<TrainBegin, "engine" | "epochs" | "steps" | "examples" | "logged">,
): Promise<void> {
  const rehearsal = { ...begin, resumed: false, finished: [], stopTraining: () => undefined };
  for (const config of configs) await callbackOf(config).onTrainBegin?.(rehearsal);
}
