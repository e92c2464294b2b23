import { run } from "./main.js";

process.stdout.on("error", (error) => {
  // A reader that has seen enough (`congruent … | head`) is no error; a full disk is one.
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`error E_WRITE: could not write the results to standard output (${error.code})\n`);
  process.exit(2);
});
process.exitCode = await run(process.argv.slice(2));
