import { Command, Option } from "commander";
import { wholeNumber } from "../numbers.js";
import { print, printJson, table } from "../output.js";
import { type CommonOptions, verb } from "../verb.js";

interface BenchCliOptions extends CommonOptions {
  rounds: number;
  steps: number;
  batchSize: number;
  device: "cpu" | "gpu";
}

export const bench = () => new Command("bench").description("measure speed, in ratios").addCommand(train());

const train = () =>
  verb("train", "time a training step of the graph engine against the eager engine, interleaved in one run", [
    "congruent bench train lenet --rounds 7",
  ])
    .argument("[architecture]", "key of the zoo", "lenet")
    .option("--rounds <n>", "how often the engines take turns", wholeNumber("--rounds"), 5)
    .option("--steps <n>", "steps per engine and round", wholeNumber("--steps"), 50)
    .option("--batch-size <n>", "examples per step", wholeNumber("--batch-size"), 64)
    .addOption(new Option("--device <name>", "where").choices(["cpu", "gpu"]).default("cpu"))
    .action(async (name: string, options: BenchCliOptions) => {
      const { benchSteps } = await import("@congruent/trainer");
      const { architecture } = await import("@congruent/zoo");
      const result = await benchSteps({
        architecture: architecture(name),
        engines: ["graph", "eager"],
        batchSize: options.batchSize,
        rounds: options.rounds,
        steps: options.steps,
        seed: 42,
        device: options.device,
      });
      const eager = result.engines.find(({ engine }) => engine === "eager")?.median ?? Number.NaN;
      if (options.json) {
        const ratios = Object.fromEntries(result.engines.map((e) => [e.engine, e.median / eager]));
        return printJson({ ...result, ratioToEager: ratios });
      }
      print(
        `${result.architecture}, batch ${result.batchSize}, ${result.rounds} rounds of ${result.steps} steps, medians`,
      );
      print(
        table(
          ["engine", "ms/step", "rounds from … to", "examples/s", "÷ eager", "ready after"],
          result.engines.map((e) => [
            e.engine,
            e.median.toFixed(2),
            `${Math.min(...e.roundMedians).toFixed(2)} … ${Math.max(...e.roundMedians).toFixed(2)}`,
            Math.round(e.examplesPerSecond).toLocaleString("en"),
            (e.median / eager).toFixed(3),
            `${e.preparation.toFixed(0)} ms`,
          ]),
        ),
      );
    });
