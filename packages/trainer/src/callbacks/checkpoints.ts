import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { saveLayersModel } from "../layers-format.js";
import type { Callback } from "./callback.js";

/** Saves the weights after every epoch in the tfjs layers format and keeps the newest `keep`. */
export function checkpoints(directory: string, keep = 2): Callback {
  return {
    async onEpochEnd(log, engine) {
      engine.sync();
      await saveLayersModel(engine.model, join(directory, `epoch-${String(log.epoch).padStart(4, "0")}`));
      const all = (await readdir(directory)).filter((name) => name.startsWith("epoch-")).sort();
      for (const old of all.slice(0, -keep)) await rm(join(directory, old), { recursive: true });
    },
  };
}
