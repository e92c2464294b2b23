/**
 * Runs a command and says how much memory it and all its children held at most, together (Linux):
 *
 *   node scripts/peak-memory.mjs npx congruent parity model.onnx --bisect
 *
 * Resident memory, read from /proc every 100 ms; pages that processes share are counted for each. Ends with the command's exit code.
 */
import { spawn } from "node:child_process";
import { residentBytes } from "../packages/parity/dist/memory-limit.js";

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error("usage: node scripts/peak-memory.mjs COMMAND [ARGUMENT …]");
  process.exit(2);
}
const child = spawn(command, args, { stdio: "inherit" });
let peak = 0;
const timer = setInterval(async () => {
  if (child.pid) peak = Math.max(peak, await residentBytes([child.pid]));
}, 100);
child.once("error", (error) => {
  console.error(error.message);
  process.exit(2);
});
child.once("exit", (status) => {
  clearInterval(timer);
  console.error(`peak of resident memory: ${Math.round(peak / 2 ** 20)} MiB`);
  process.exitCode = status ?? 2;
});
