import { SingleBar } from "cli-progress";
import { terminalWidth } from "./terminal-width.js";

/** A bar on a terminal, and plain lines now and then where output goes to a file or a pipe. */
export interface ProgressLine {
  update(done: number, details: string): void;
  /** Says something once, a line of its own; on a terminal above the bar. */
  note(text: string): void;
  /** Ends it with a last line that stays. */
  end(summary: string): void;
}

const open = new Set<SingleBar>();

/** Stops the bars that an error left open: an open bar keeps the process from ending. */
export function abandonProgress(): void {
  for (const bar of open) bar.stop();
  open.clear();
}

/** How often a line is written off a terminal, in milliseconds. */
const LINE_EVERY = 10_000;

/**
 * Progress of `total` units on standard error.
 *
 * @param unit what is counted, in the plural: images, steps
 */
export function progressLine(title: string, total: number, unit: string): ProgressLine {
  const begin = performance.now();
  if (process.stderr.isTTY) {
    const columns = terminalWidth(process.stderr);
    const bar = new SingleBar({
      format:
        columns < 72
          ? "{title} {percentage}% {details}"
          : "{title} {bar} {percentage}% ETA {eta_formatted} {details}",
      barsize: columns < 100 ? 8 : 24,
      clearOnComplete: true,
      etaBuffer: 20,
      stream: process.stderr,
    });
    bar.start(total, 0, { title, details: "" });
    open.add(bar);
    return {
      update: (done, details) => bar.update(done, { title, details }),
      note(text) {
        // The bar is drawn again by its next update.
        process.stderr.write(`\r\x1b[K${text}\n`);
      },
      end(summary) {
        bar.stop();
        open.delete(bar);
        process.stderr.write(`${summary}\n`);
      },
    };
  }
  let last = begin;
  return {
    update(done, details) {
      const now = performance.now();
      if (now - last < LINE_EVERY || done >= total) return;
      last = now;
      const left = Math.ceil((((now - begin) / done) * (total - done)) / 1000);
      // How long it takes is known once something is done.
      const rest = done === 0 ? "" : `, ${left} s left`;
      process.stderr.write(`${title}: ${done} of ${total} ${unit}${rest}  ${details}\n`);
    },
    note: (text) => void process.stderr.write(`${text}\n`),
    end: (summary) => void process.stderr.write(`${summary}\n`),
  };
}
