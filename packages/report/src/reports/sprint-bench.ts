import { type SprintBench, sprintBenchSchema } from "@congruent/core/schemas";
import { formatPercent, formatPlural } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

type Contender = SprintBench["contenders"][number];

/** What `congruent bench sprint` measured as a sheet; a check for every trainer that took part. */
export function sprintBenchSheet(bench: SprintBench): Sheet {
  const { contenders, machine, recipe, target, toBetterPeer } = bench;
  const rounds = Math.max(0, ...contenders.map(({ runs }) => runs.length));
  const broken = contenders.flatMap(({ runs }) => runs.filter(({ reason }) => reason !== null));
  const ratio =
    toBetterPeer === null ? "" : ` This trainer takes ${toBetterPeer.toFixed(3)} of the better peer's time.`;
  const trouble = broken.length === 0 ? "" : ` ${formatPlural(broken.length, "run")} failed.`;
  return {
    title: `Time to ${formatPercent(target)} test accuracy`,
    lead: `From the start of the process, medians of ${formatPlural(rounds, "seed")}, taking turns: ${recipe.architecture}, batch ${recipe.batchSize}, at most ${formatPlural(recipe.epochs, "epoch")}.${ratio}${trouble}`,
    tone: broken.length === 0 ? "neutral" : "bad",
    facts: [
      {
        name: "machine",
        value: `${machine.cpu}, ${formatPlural(machine.cores, "core")}, ${machine.platform}`,
      },
      { name: "load before and after", value: machine.load.map((load) => load.toFixed(2)).join(", ") },
      {
        name: "recipe",
        value: `packages/bench/recipes/sprint.json, seeds ${(recipe.seeds ?? []).join(", ")}`,
      },
    ],
    tables: [
      {
        caption: "Seconds from process start",
        columns: [
          { title: "trainer" },
          { title: "median", numeric: true },
          { title: "each seed", numeric: true },
          { title: "epochs", numeric: true },
          { title: "last accuracy", numeric: true },
        ],
        rows: contenders.map((contender) => [
          contender.title,
          contender.seconds === null ? "–" : `${contender.seconds.toFixed(1)} s`,
          contender.runs.map(({ seconds }) => seconds?.toFixed(1) ?? "missed").join(", "),
          contender.runs.map(({ epochs }) => epochs.length).join(", "),
          contender.runs.map(({ epochs }) => epochs.at(-1)?.accuracy.toFixed(4) ?? "–").join(", "),
        ]),
      },
    ],
    notes: [
      "All begin with the same weights and follow the same learning rates; each shuffles by its own generator.",
      ...contenders.flatMap(({ title, runs }) =>
        runs.flatMap(({ seed, reason }) => (reason === null ? [] : [`${title}, seed ${seed}: ${reason}`])),
      ),
    ],
    checks: contenders.map((contender) => ({
      name: contender.title,
      group: "bench.sprint",
      ...outcomeOf(contender, target),
    })),
    data: bench,
  };
}

function outcomeOf(
  { runs, seconds }: Contender,
  target: number,
): { outcome: "pass" | "fail" | "error"; message: string } {
  const broken = runs.find(({ reason }) => reason !== null);
  if (broken) return { outcome: "error", message: `seed ${broken.seed}: ${broken.reason}` };
  if (seconds !== null) return { outcome: "pass", message: `${seconds.toFixed(1)} s` };
  const missed = runs.filter((run) => run.seconds === null).map(({ seed }) => seed);
  return { outcome: "fail", message: `seeds ${missed.join(", ")} did not reach ${formatPercent(target)}` };
}

export const sprintBenchReport = defineReport<SprintBench>({
  id: "congruent/sprint-bench@1",
  schema: sprintBenchSchema,
  sheet: sprintBenchSheet,
});
