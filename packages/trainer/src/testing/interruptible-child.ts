/** A training in a process of its own, to be killed or starved: `node interruptible-child.js OUT [resume]`. */
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { csvLogger, train } from "../index.js";
import { delicateRecipe, striped } from "./striped.js";

const [out = "", resume] = process.argv.slice(2);
try {
  await train({
    recipe: delicateRecipe,
    dataset: striped(1200),
    out,
    resume: resume === "resume",
    checkpointSeconds: 0.05,
    notice: (text) => process.send?.({ notice: text }),
    callbacks: [
      csvLogger({ filename: join(out, "log.csv") }),
      csvLogger({ filename: join(out, "appended.csv"), append: true }),
      { onTrainBegin: () => void process.send?.({ begun: true }) },
    ],
  });
} catch (error) {
  const code = error instanceof CongruentError ? error.code : String(error);
  process.send?.({ code });
  if (!process.send) console.error(String(error), code);
  process.exitCode = 2;
}
process.disconnect?.();
