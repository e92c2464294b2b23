/** A worker whose training takes no time; with an argument it ends as soon as it is loaded. Used by scripts/tuner-overhead.mjs. */
import { serveTrial } from "../workers/serve-trial.js";

if (process.argv.length > 2) process.exit(0);
serveTrial(async ({ job }) => [{ score: Number(job.values.x0) }]);
