/**
 * `npm run source scripts/models-parity.mjs [NAME…]`: compares every file models/NAME/model.onnx that is there (or the named ones) on every runtime of this
 * machine, with the ledger. Prints a line for each, and ends with 1 where one is not right everywhere. Minutes for each model without a GPU.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parityArguments } from "./parity-arguments.mjs";
import { FROM_SOURCE, root } from "./set-up/javascript.mjs";

const cli = join(root, "apps", "cli", "src", "bin.ts");
const models = join(root, "models");
const file = (name) => join(models, name, "model.onnx");
const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : readdirSync(models).filter((name) => existsSync(file(name)));

const missing = names.filter((name) => !existsSync(file(name)));
if (missing.length > 0) {
  process.stderr.write(
    `there is no ${missing.map((name) => `models/${name}/model.onnx`).join(", ")}: npm run models trains what is not in git\n`,
  );
  process.exit(2);
}

let worst = 0;
for (const name of names.toSorted()) {
  const folder = join(models, name, "runs");
  mkdirSync(folder, { recursive: true });
  const report = join(folder, "parity.json");
  const args = [...FROM_SOURCE, cli, ...parityArguments(name, file(name), report)];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  worst = Math.max(worst, status ?? 1);
  const { cells, because } = status === 0 || status === 1 ? JSON.parse(readFileSync(report, "utf8")) : {};
  const compared = cells?.filter(({ status: each }) => each !== "unavailable").length ?? 0;
  process.stdout.write(`${name}: exit ${status}, ${compared} cells${because ? `; ${because}` : ""}\n`);
}
process.exitCode = worst;
