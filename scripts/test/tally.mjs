/** What several runs of Jest came to, in one table and one closing line. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COUNTS_FILE, closingLine } from "../jest/closing-line-reporter.cjs";

/** `72 s`, `3 min 5 s`. */
export function describeSeconds(seconds) {
  const whole = Math.round(seconds);
  return whole < 100 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function createTally() {
  const folder = mkdtempSync(join(tmpdir(), "congruent-tally-"));
  const file = join(folder, "counts.json");
  const runs = [];
  return {
    /** Variables with which the closing line's reporter leaves its counts behind. */
    environment: { [COUNTS_FILE]: file },

    add(name, code, seconds) {
      const counts = existsSync(file)
        ? JSON.parse(readFileSync(file, "utf8"))
        : { passed: 0, failed: 1, skipped: 0 };
      rmSync(file, { force: true });
      runs.push({ name, code, seconds, counts });
      process.stdout.write(`${code === 0 ? "✔" : "✖"} ${name}: ${describeSeconds(seconds)}\n\n`);
    },

    /** The table; its last line is that of all runs together. */
    close() {
      rmSync(folder, { recursive: true, force: true });
      const sum = (key) => runs.reduce((total, { counts }) => total + counts[key], 0);
      const all = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
      const width = Math.max(...runs.map(({ name }) => name.length));
      const lines = runs.map(
        ({ name, code, seconds, counts }) =>
          `${code === 0 ? "✔" : "✖"} ${name.padEnd(width)}  ${describeSeconds(seconds).padStart(12)}  ${closingLine(counts)}`,
      );
      return `${lines.join("\n")}\n\n${closingLine(all)}\n`;
    },
  };
}
