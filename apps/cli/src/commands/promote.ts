import { datasetFor } from "../dataset.js";
import { print, printJson } from "../output.js";
import { type CommonOptions, verb } from "../verb.js";

export const promote = () =>
  verb("promote", "put a finished run, with its scores and parity, into models/NAME", [
    "congruent promote models/vgg/runs/pipeline",
    "congruent promote models/lenet/runs/seed-42 models/lenet/runs/seed-43 models/lenet/runs/seed-44",
  ])
    .argument("<run>", "a run directory that has been exported, evaluated and compared")
    .argument(
      "[repeats...]",
      "runs of the other seeds that the recipe declares; the first declared one's ships",
    )
    .option("--models <dir>", "the folder of models", "models")
    .option("--failing", "also when the parity verdict is not pass; the passport says so")
    .action(
      async (
        run: string,
        repeats: string[],
        options: CommonOptions & { models: string; failing?: boolean },
      ) => {
        const exporter = await import("@congruent/exporter");
        const dataset = await datasetFor((await exporter.readAnyRun(run)).recipe.dataset);
        const { directory, passport } = await exporter.promote({
          run,
          repeats,
          models: options.models,
          dataset,
          failing: options.failing ?? false,
        });
        if (options.json)
          return printJson({ directory, sha256: passport.model.sha256, parity: passport.parity });
        print(`${directory}  parity: ${passport.parity.verdict}`);
      },
    );
