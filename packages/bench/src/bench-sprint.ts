import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CongruentError, checked, median } from "@congruent/core";
import { howItEnded, runProcess } from "@congruent/core/process";
import { type Recipe, recipeSchema, type SprintBench, type SprintRun } from "@congruent/core/schemas";
import { nodeWorker } from "./contenders/node-worker.js";
import { pythonWorker } from "./contenders/python-worker.js";
import { load, machineFacts, threads } from "./machine.js";
import { prepareSprint } from "./sprint-job.js";
import type { WorkerCommand } from "./worker.js";

export interface BenchSprintOptions {
  /** How many of the recipe's seeds are run. */
  rounds?: number;
  timeoutMs?: number;
  /** Its optimizer must be Adam. Default: the recipe `sprint`. */
  recipe?: Recipe;
  /** Test accuracy that ends the sprint. Default: 0.99. */
  target?: number;
  onProgress?: (text: string) => void;
}

const TARGET = 0.99;

interface Sprinter {
  name: string;
  title: string;
  peer: boolean;
  configuration: Record<string, unknown>;
  command(jobFile: string): WorkerCommand;
}

const node = (jobFile: string) => nodeWorker(jobFile, "sprint.js");
const keras = (jobFile: string) => pythonWorker("keras_sprint.py", jobFile);
const torch = (jobFile: string) => pythonWorker("torch_sprint.py", jobFile);

const sprinters: readonly Sprinter[] = [
  { name: "graph", title: "Congruent", peer: false, configuration: {}, command: node },
  { name: "keras", title: "Keras", peer: true, configuration: { jit: false }, command: keras },
  { name: "keras-xla", title: "Keras, XLA", peer: true, configuration: { jit: true }, command: keras },
  { name: "pytorch", title: "PyTorch", peer: true, configuration: { fused: false }, command: torch },
  {
    name: "pytorch-fused",
    title: "PyTorch, fused Adam",
    peer: true,
    configuration: { fused: true },
    command: torch,
  },
];

/**
 * Time to 99.0 % test accuracy, from the start of the process: the recipe `sprint` by this trainer, and the same
 * network from the same weights by the same schedule in Keras and PyTorch, taking turns.
 */
export async function benchSprint(options: BenchSprintOptions = {}): Promise<SprintBench> {
  const { rounds = 5, timeoutMs = 600_000, target = TARGET, onProgress } = options;
  const recipe = withAdam(options.recipe ?? (await sprintRecipe()));
  const seeds = (recipe.seeds ?? [recipe.seed]).slice(0, rounds);
  const before = load();
  const folder = await prepareSprint(recipe, { seeds, target, threads });
  const runs = new Map<string, SprintRun[]>(sprinters.map(({ name }) => [name, []]));
  try {
    for (const [round, seed] of seeds.entries()) {
      for (let turn = 0; turn < sprinters.length; turn++) {
        const sprinter = sprinters[(round + turn) % sprinters.length] as Sprinter;
        onProgress?.(`${sprinter.title}, seed ${seed} (${round + 1} of ${seeds.length})`);
        const jobFile = await folder.write(sprinter.name, seed, sprinter.configuration);
        runs.get(sprinter.name)?.push(await sprint(sprinter.command(jobFile), { seed, target, timeoutMs }));
      }
    }
  } finally {
    await folder.remove();
  }
  const contenders = sprinters.map(({ name, title, peer }) => {
    const own = runs.get(name) ?? [];
    const times = own.flatMap(({ seconds }) => (seconds === null ? [] : [seconds]));
    return { name, title, peer, runs: own, seconds: times.length === own.length ? median(times) : null };
  });
  const better = Math.min(...contenders.flatMap((c) => (c.peer && c.seconds !== null ? [c.seconds] : [])));
  const ours = contenders[0]?.seconds ?? null;
  return {
    schema: "congruent/sprint-bench@1",
    machine: machineFacts(before),
    recipe,
    target,
    contenders,
    toBetterPeer: ours === null || !Number.isFinite(better) ? null : ours / better,
  };
}

type Adam = Extract<Recipe["optimizer"], { name: "adam" }>;

async function sprintRecipe(): Promise<Recipe> {
  const path = fileURLToPath(new URL("../recipes/sprint.json", import.meta.url));
  return checked(JSON.parse(await readFile(path, "utf8")), recipeSchema, path);
}

/** What a recipe may say and the peers' programs are not written for. */
const NOT_SHARED: readonly (keyof Recipe)[] = [
  "parameters",
  "classWeight",
  "callbacks",
  "augmentation",
  "precision",
];
const NOT_SHARED_BY_ADAM: readonly (keyof Adam)[] = [
  "weightDecay",
  "clipnorm",
  "clipvalue",
  "globalClipnorm",
  "ema",
];
const LOSS = "sparseCategoricalCrossentropy";

/**
 * A recipe that all contenders can train by as it is.
 *
 * @throws CongruentError `E_BENCH_RECIPE` for another optimizer than Adam, and naming what some would leave out
 */
function withAdam(recipe: Recipe): Recipe & { optimizer: Adam } {
  const { optimizer } = recipe;
  if (optimizer.name !== "adam") {
    throw unfair(
      `the recipe ${recipe.name} trains with ${optimizer.name}`,
      "adam, which is what the peers are set up with",
    );
  }
  const given = [
    ...NOT_SHARED.filter((field) => recipe[field] !== undefined),
    ...NOT_SHARED_BY_ADAM.flatMap((field) => (optimizer[field] === undefined ? [] : [`optimizer.${field}`])),
    ...(recipe.loss === LOSS ? [] : ["loss"]),
  ];
  if (given.length > 0) {
    throw unfair(
      `the recipe ${recipe.name} gives ${given.join(", ")}, which the peers would train without`,
      `a network without parameters, the loss ${LOSS}, and Adam's own fields alone`,
    );
  }
  return { ...recipe, optimizer };
}

function unfair(what: string, expected: string): CongruentError {
  return new CongruentError({ code: "E_BENCH_RECIPE", what, expected, fix: "choose another recipe" });
}

/** One process from its start to the target, its last epoch or its end. */
async function sprint(
  command: WorkerCommand,
  { seed, target, timeoutMs }: { seed: number; target: number; timeoutMs: number },
): Promise<SprintRun> {
  const begin = performance.now();
  const epochs: SprintRun["epochs"] = [];
  const result = await runProcess({
    ...command,
    timeoutMs,
    onLine: (line) => {
      if (!line.startsWith('{"epoch"')) return;
      const { accuracy } = JSON.parse(line) as { accuracy: number };
      epochs.push({ accuracy, seconds: (performance.now() - begin) / 1000 });
    },
  });
  const reached = epochs.find(({ accuracy }) => accuracy >= target);
  const failure =
    result.endedBy === "timeout"
      ? `no end within ${timeoutMs / 1000} s`
      : result.exitCode === 0
        ? null
        : `it ${howItEnded(result)}: ${result.all.trim().split("\n").slice(-4).join(" | ")}`;
  return { seed, seconds: reached?.seconds ?? null, epochs, reason: reached ? null : failure };
}
