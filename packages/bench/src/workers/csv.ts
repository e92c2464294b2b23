/** Reads a CSV file by this project's reader once and says, in one line of JSON, how long it took. */
import { readFileSync } from "node:fs";
import { readCsvFile } from "@congruent/datasets";

const { file } = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as { file: string };
const before = statusBytes("VmRSS");
const cpu = process.cpuUsage();
const begin = performance.now();
const { split } = await readCsvFile(file, { header: "no" });
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpu);
const peak = statusBytes("VmHWM");
const sum = (values: Uint8Array | Int32Array) => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
};
const answer = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakBytes: peak === null || before === null ? null : Math.max(0, peak - before),
  versions: { node: process.versions.node },
  rows: split.labels.length,
  columns: split.images.data.length / split.labels.length + 1,
  sum: sum(split.images.data) + sum(split.labels),
};
process.stdout.write(`${JSON.stringify(answer)}\n`);

/** A field of this process's status, in bytes; null where the system does not tell. */
function statusBytes(field: string): number | null {
  if (process.platform !== "linux") return null;
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"));
  return found ? Number(found[1]) * 1024 : null;
}
