/**
 * Runs a command and says how much memory it and all its children held at most, together (Linux):
 *
 *   node scripts/peak-memory.mjs npx congruent parity model.onnx --bisect
 *
 * Resident memory, read from /proc every 100 ms; pages that processes share are counted for each. Ends with the command's exit code.
 */
import { Child, residentBytes } from "../packages/core/dist/process/index.js";

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error("usage: node scripts/peak-memory.mjs COMMAND [ARGUMENT …]");
  process.exit(2);
}
// When interrupted, the command may end by itself; its peak is reported all the same.
const child = new Child({ command, args, streams: "inherit", graceMs: Number.POSITIVE_INFINITY });
let peak = 0;
const timer = setInterval(() => {
  if (child.pid) peak = Math.max(peak, residentBytes([child.pid]));
}, 100);
const { exitCode, startError } = await child.ended;
clearInterval(timer);
if (startError !== null) console.error(`${command} could not be started (${startError})`);
else console.error(`peak of resident memory: ${Math.round(peak / 2 ** 20)} MiB`);
process.exitCode = exitCode ?? 2;
