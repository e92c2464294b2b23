import { datasetFor } from "../inputs/dataset.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface PromoteOptions extends CommonOptions {
  models: string;
  failing?: boolean;
  again?: boolean;
}

export const promote = defineVerb<[run: string, repeats: string[]], PromoteOptions>({
  name: "promote",
  description: "put a finished run, with its scores and parity, into models/NAME",
  examples: [
    "congruent promote models/vgg/runs/pipeline",
    "congruent promote models/lenet/runs/seed-42 models/lenet/runs/seed-43 models/lenet/runs/seed-44",
  ],
  configure: (command) =>
    command
      .argument("<run>", "a run directory that has been exported, evaluated and compared")
      .argument(
        "[repeats...]",
        "runs of the other seeds that the recipe declares; the first declared one's ships",
      )
      .option("--models <dir>", "the folder of models", "models")
      .option("--again", "the model that is there already, exported again: results of other seeds stay")
      .option("--failing", "also when the parity verdict is not pass; the passport says so"),
  async run([run, repeats], { models, failing = false, again = false }) {
    const exporter = await import("@congruent/exporter");
    const dataset = await datasetFor((await exporter.readAnyRun(run)).recipe.dataset);
    const { directory, passport } = await exporter.promote({ run, repeats, models, dataset, failing, again });
    return {
      data: { directory, sha256: passport.model.sha256, parity: passport.parity },
      text: () => `${directory}  parity: ${passport.parity.verdict}`,
    };
  },
});
