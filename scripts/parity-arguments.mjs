/** How a model of models/ is compared on every runtime: as its package.json does it, with the ledger. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./set-up/javascript.mjs";

const models = join(root, "models");

/** The command line's arguments. @param report the file of the result */
export function parityArguments(name, onnx, report) {
  const { scripts } = JSON.parse(readFileSync(join(models, name, "package.json"), "utf8"));
  const gate = scripts.parity.includes("--gate flips") ? ["--gate", "flips"] : [];
  return ["parity", onnx, ...gate, "--expect", join(models, "expectations.json"), "--report", report];
}
