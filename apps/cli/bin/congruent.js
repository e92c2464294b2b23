#!/usr/bin/env node
import { run } from "../dist/main.js";

// A reader that has seen enough (`congruent … | head`) is no error.
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});
process.exitCode = await run(process.argv.slice(2));
