import type { Dataset } from "@congruent/datasets";
import { note } from "./output.js";

/** Loads a data set and tells on standard error what takes time or went wrong without doing harm. */
export async function datasetFor(name: string, options: { offline?: boolean } = {}): Promise<Dataset> {
  const { loadDataset } = await import("@congruent/datasets");
  const announced = new Set<string>();
  return loadDataset(name, {
    offline: options.offline ?? false,
    progress(event) {
      if (event.kind === "notice") note(`${name}: ${event.message}`);
      if (event.kind !== "download" || announced.has(event.file)) return;
      announced.add(event.file);
      note(`${name}: ${event.file} from ${event.place}`);
    },
  });
}
