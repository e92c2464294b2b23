import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The folder of keras_networks.py: the networks as their authors wrote them, to compare with the zoo's. */
export function kerasNetworks(): string {
  const zoo = createRequire(import.meta.url).resolve("@congruent/zoo");
  return join(dirname(zoo), "..", "oracle");
}
