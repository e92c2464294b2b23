import { CongruentError } from "@congruent/core";
import type { EstimatorRecipe, FitReport } from "@congruent/core/schemas";
import { datasetFor } from "../inputs/dataset.js";
import { note } from "../output/output.js";
import { interruption } from "../processes/interruption.js";
import type { Outcome } from "../verb.js";

/** The options of `congruent train` that a classical model has a use for, and those that it has none for. */
export interface TrainEstimatorOptions {
  overwrite?: boolean;
  export?: boolean;
  engine?: string;
  device: string;
  resume?: boolean;
}

/** How often a line says that it is still at work, in milliseconds. */
const LINE_EVERY = 30_000;

/** Fits a classical model into a run directory and says what came out. */
export async function trainEstimator(
  recipe: EstimatorRecipe,
  out: string,
  options: TrainEstimatorOptions,
): Promise<Outcome> {
  refuseNetworkOptions(recipe, options);
  const { provisionEnvironment } = await import("@congruent/toolchain");
  await provisionEnvironment("baselines", note);
  const { fitRecipe } = await import("@congruent/baselines");
  const dataset = await datasetFor(recipe.dataset);
  const begin = performance.now();
  const atWork = setInterval(
    () => note(`${recipe.name}: at work for ${Math.round((performance.now() - begin) / 1000)} s`),
    LINE_EVERY,
  );
  const run = await fitRecipe({
    recipe,
    dataset,
    out,
    overwrite: options.overwrite ?? false,
    signal: interruption("ending the fit"),
    progress: (line) => note(`${recipe.name}: ${line}`),
  }).finally(() => clearInterval(atWork));
  const exported = options.export
    ? await (await import("@congruent/exporter")).exportRun({ run: run.directory })
    : null;
  return {
    data: { run: run.directory, recipe, fit: run.fit, model: exported },
    text: () =>
      [
        `run    ${run.directory}`,
        `fit    ${fitLine(run.fit)}`,
        ...run.fit.warnings.map((warning) => `       scikit-learn warned: ${warning}`),
        ...(exported ? [`model  ${exported.path} (${exported.bytes} bytes)`] : []),
      ].join("\n"),
  };
}

function fitLine({ class: name, seconds, peakMemoryBytes, converged, iterations, facts }: FitReport): string {
  const ended = {
    true: `converged after ${iterations} iterations`,
    false: `did NOT converge: ended at its limit of ${iterations} iterations`,
    null: "",
  }[`${converged}`];
  const sizes = Object.entries(facts).map(([what, value]) => `${what} ${Number(value.toPrecision(6))}`);
  const parts = [
    `${seconds.fit.toFixed(1)} s`,
    `${Math.round(peakMemoryBytes / 2 ** 20)} MiB`,
    ended,
    ...sizes,
  ];
  return `${name}: ${parts.filter((part) => part !== "").join(", ")}`;
}

/** @throws CongruentError `E_TRAIN_OPTION`: what would be without effect is not passed over */
function refuseNetworkOptions(
  recipe: EstimatorRecipe,
  { engine, device, resume, overwrite }: TrainEstimatorOptions,
): void {
  const given = [
    ...(engine === undefined ? [] : ["--engine"]),
    ...(device === "gpu" ? ["--device gpu"] : []),
    // Beside --overwrite it is for what was cut short, of which a fit has nothing.
    ...(resume && !overwrite ? ["--resume"] : []),
  ];
  if (given.length === 0) return;
  throw new CongruentError({
    code: "E_TRAIN_OPTION",
    what: `${given.join(" and ")} cannot be given for ${recipe.name}`,
    expected: "a classical model is fitted by scikit-learn, on the processor and from the beginning",
    fix: "leave it out; --overwrite replaces an earlier run",
  });
}
