import { run } from "./main.js";

const GRACE_MS = 2000;

process.stdout.on("error", (error) => {
  // A reader that has seen enough (`congruent … | head`) is no error; a full disk is one.
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`error E_WRITE: could not write the results to standard output (${error.code})\n`);
  process.exit(2);
});
process.exitCode = await run(process.argv.slice(2));
endSoon();

/**
 * Ends the process a while after its work is done, whatever of a browser or child still keeps it: what was written to standard output is
 * read to its end first. Where nothing keeps it, it ends at once.
 */
function endSoon(): void {
  setTimeout(() => (process.stdout.writableLength > 0 ? endSoon() : process.exit()), GRACE_MS).unref();
}
