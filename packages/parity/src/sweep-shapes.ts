/** Each runtime on inputs of other shapes; the reference runs each shape too. */
import { CongruentError, messageOf, runtimeId } from "@congruent/core";
import type { Sweep } from "@congruent/core/schemas";
import { largest, type Ran, type Rules, type Run } from "./cell-of.js";
import { machineLimit } from "./machine-limit.js";
import type { MatrixOptions } from "./matrix-options.js";
import { againstReference, allowanceOf, commonRows, pairOf } from "./pairs.js";
import { runOnMachine } from "./run-on-machine.js";
import type { Runner } from "./runner.js";
import type { ShapeCase } from "./shape-cases.js";
import type { Relation } from "./vote.js";

type Variant = Sweep["variants"][number];

/** One runtime on one shape. */
interface Attempt {
  runner: Runner;
  ran: Ran | null;
  /** Why there is no result. */
  reason: string | null;
  /** Whether it is the machine's limit, which says nothing of the shape. */
  limited: boolean;
}

/**
 * One sweep per runtime that computed something in the matrix. Every shape is judged as the matrix is: compared with the reference and
 * with the baseline. A shape that both refuse is skipped: the model does not take it.
 */
export async function sweepShapes(
  cases: readonly ShapeCase[],
  matrix: MatrixOptions,
  runs: readonly Run[],
  baseline: Runner,
): Promise<Sweep[]> {
  const runners = runs.flatMap(({ runner, variant, result }) => (result && variant === null ? [runner] : []));
  const swept = runners.filter(({ isReference }) => !isReference);
  const variants = new Map(swept.map((runner): [Runner, Variant[]] => [runner, []]));
  for (const shape of cases) {
    const attempts: Attempt[] = [];
    for (const runner of runners) attempts.push(await attempt(runner, shape, matrix));
    const rules = { ...matrix.rules, labels: undefined, batching: shape.job.batching };
    for (const each of attempts) {
      variants.get(each.runner)?.push(variantOf(shape.name, each, attempts, baseline, rules));
    }
  }
  return [...variants].map(([{ runtime, browser }, found]) => ({
    axis: "shapes",
    runtime,
    browser,
    samples: null,
    variants: found,
    because: sentence(found),
  }));
}

async function attempt(
  runner: Runner,
  { name, job: own }: ShapeCase,
  matrix: MatrixOptions,
): Promise<Attempt> {
  const tell = (state: "started" | "finished") =>
    matrix.onProgress({ runtime: runtimeId(runner), variant: name, state });
  tell("started");
  try {
    const budgetMs = runner.isReference ? (matrix.budget.referenceMs ?? undefined) : undefined;
    const { result } = await runOnMachine(runner, { ...matrix.job, ...own, cap: null, budgetMs });
    const ran: Ran = { runner, variant: name, result, failure: null, code: null };
    return { runner, ran, reason: null, limited: false };
  } catch (error) {
    const reason = error instanceof CongruentError ? error.what : messageOf(error);
    return { runner, ran: null, reason, limited: machineLimit(error) !== null };
  } finally {
    tell("finished");
  }
}

function variantOf(
  value: string,
  { ran, reason, limited }: Attempt,
  attempts: readonly Attempt[],
  baselineRunner: Runner,
  rules: Rules,
): Variant {
  const reference = attempts.find(({ runner }) => runner.isReference)?.ran ?? null;
  const baseline = attempts.find(({ runner }) => runner === baselineRunner)?.ran ?? reference;
  const nothing = { value, fromBaseline: null, fromReference: null, fromFirst: null, sameBits: null };
  if (!baseline) {
    const why = reason ?? "there is nothing to compare with: the baseline refuses the shape";
    return { ...nothing, status: "skip", reason: why, seconds: ran?.result.seconds ?? null };
  }
  if (!ran && limited) return { ...nothing, status: "inconclusive", reason, seconds: null };
  if (!ran) {
    const by = runtimeId((reference ?? baseline).runner);
    return {
      ...nothing,
      status: "error",
      reason: `refused, while ${by} computes it: ${reason}`,
      seconds: null,
    };
  }
  try {
    const pair = pairOf(...commonRows(ran, baseline, 0, rules), allowanceOf(rules), rules);
    const judged = reference && againstReference(ran, reference, rules).comparison;
    return {
      ...nothing,
      ...(judged ? byReference(judged.reason) : STATUSES[pair.relation](pair.comparison.reason)),
      fromBaseline: largest(pair.comparison.outputs),
      fromReference: judged && largest(judged.outputs),
      seconds: ran.result.seconds,
    };
  } catch (error) {
    const why = error instanceof CongruentError ? error.what : messageOf(error);
    return { ...nothing, status: "error", reason: why, seconds: ran.result.seconds };
  }
}

type Status = Pick<Variant, "status" | "reason">;

function byReference(reason: string | null): Status {
  return reason === null
    ? { status: "pass", reason: null }
    : { status: "fail", reason: `against the reference: ${reason}` };
}

/** Without a reference for the shape. */
const STATUSES: Readonly<Record<Relation, (reason: string | null) => Status>> = {
  agree: () => ({ status: "pass", reason: null }),
  differ: (reason) => ({ status: "fail", reason }),
  unknown: (reason) => ({ status: "inconclusive", reason }),
};

function sentence(variants: readonly Variant[]): string {
  const said = (status: Variant["status"]) =>
    variants.filter((variant) => variant.status === status).map(({ value, reason }) => `${value}: ${reason}`);
  const bad = [...said("fail"), ...said("error"), ...said("inconclusive")];
  const skipped = said("skip").map((what) => `no shape of the model: ${what}`);
  if (bad.length > 0) return [...bad, ...skipped].join("; ");
  const right = variants.filter(({ status }) => status === "pass").length;
  return [`right on ${right} of ${variants.length} shapes`, ...skipped].join("; ");
}
