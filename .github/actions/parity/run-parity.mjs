// Runs `congruent parity` as the action's inputs say, and hands its verdict and exit code on.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const { env } = process;
const folder = env.PARITY_REPORTS || "parity-report";
mkdirSync(folder, { recursive: true });
const report = (ending) => join(folder, `parity.${ending}`);

/** An option with its value; none where the input is empty. */
const option = (name, value) => (value ? [name, value] : []);
const args = [
  "parity",
  env.PARITY_MODEL,
  ...option("--runtimes", env.PARITY_RUNTIMES),
  ...option("--inputs", env.PARITY_INPUTS),
  ...option("--expect", env.PARITY_EXPECT),
  ...option("--baseline", env.PARITY_BASELINE),
  ...(env.PARITY_ARGUMENTS ?? "").split(/\s+/).filter((each) => each !== ""),
  ...["json", "md", "xml", "html"].flatMap((ending) => ["--report", report(ending)]),
];
// PARITY_COMMAND is for tests; a list, so that no shell reads a model's path as a command.
const [command, ...before] = JSON.parse(env.PARITY_COMMAND ?? '["npx","congruent"]');
const { status, error } = spawnSync(command, [...before, ...args], { stdio: "inherit" });
if (error) {
  console.error(`congruent could not be started: ${error.message}`);
  process.exit(3);
}
const written = existsSync(report("json"));
const verdict = written ? JSON.parse(readFileSync(report("json"), "utf8")).verdict : "";
if (env.GITHUB_OUTPUT) appendFileSync(env.GITHUB_OUTPUT, `verdict=${verdict}\nreport=${report("json")}\n`);
if (env.GITHUB_STEP_SUMMARY && existsSync(report("md"))) {
  appendFileSync(env.GITHUB_STEP_SUMMARY, readFileSync(report("md")));
}
process.exit(status ?? 1);
