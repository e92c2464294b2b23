/** A command, with the time that it takes and the memory that it and all that it starts hold at most. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { familyOf, readProc } from "../../packages/core/src/process/process-tree.ts";

const EVERY_MS = 200;

/** @param {string[]} args of Node @returns {Promise<{ code: number, stdout: string, stderr: string, seconds: number, peakBytes: number | null }>} */
export async function measured(args, options = {}) {
  const start = performance.now();
  const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, proportionalBytes([child.pid]));
  }, EVERY_MS);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  clearInterval(timer);
  const seconds = (performance.now() - start) / 1000;
  // Only Linux tells.
  return { code, stdout, stderr, seconds, peakBytes: process.platform === "linux" ? peakBytes : null };
}

/** What processes and all that they started hold, where each page that several of them share counts once, divided among them. */
function proportionalBytes(pids) {
  const kilobytes = familyOf(pids).map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readProc(pid, "smaps_rollup"))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, each) => sum + each * 1024, 0);
}
