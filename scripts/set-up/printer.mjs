/** Set-up's lines: on a terminal the running step with what it is doing, elsewhere one plain line a step. */

const MARKS = { done: "✔", "up to date": "✔", unavailable: "–" };

/**
 * @param {NodeJS.WriteStream} out Standard error, so that standard output stays free for results.
 */
export function createPrinter(out = process.stderr) {
  const live = out.isTTY === true && process.env.TERM !== "dumb";
  const color = live && !process.env.NO_COLOR;
  const dim = (text) => (color ? `\x1b[2m${text}\x1b[22m` : text);
  const clear = () => live && out.write("\r\x1b[K");
  const status = (text) => {
    if (live) out.write(`\r\x1b[K${text.slice(0, (out.columns ?? 80) - 1)}`);
  };

  return {
    line(text) {
      clear();
      out.write(`${text}\n`);
    },

    /** Runs one step and prints how it went. @param {(progress: (text: string) => void) => Promise<{outcome, detail}>} run */
    async step(title, run) {
      const start = performance.now();
      const seconds = () => (performance.now() - start) / 1000;
      let doing = "";
      const redraw = () => status(`… ${title}${doing ? ` · ${doing}` : ""} (${seconds().toFixed(0)} s)`);
      const ticker = live ? setInterval(redraw, 250) : setTimeout(() => out.write(`… ${title}\n`), 3000);
      try {
        const { outcome, detail } = await run((text) => {
          doing = text;
        });
        clear();
        const right = outcome === "done" ? detail : `${outcome}${detail ? `: ${detail}` : ""}`;
        out.write(
          `${MARKS[outcome]} ${title} ${dim(`${seconds().toFixed(1)} s${right ? ` · ${right}` : ""}`)}\n`,
        );
      } catch (error) {
        clear();
        out.write(`✖ ${title} ${dim(`${seconds().toFixed(1)} s`)}\n`);
        throw error;
      } finally {
        clearInterval(ticker);
        clearTimeout(ticker);
      }
    },
  };
}
