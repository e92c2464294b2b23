import type { Bisect, BisectFinding, BisectNode } from "@congruent/core/schemas";
import { formatCount, formatDifference, formatPlural, formatSeconds } from "../formats/numbers.js";

/** A sentence about a bisect, with what it is about. */
export interface BisectNote {
  title: string;
  text: string;
}

/** Names beyond these are counted. */
const MOST_NAMED = 4;

/**
 * What a bisect found, a sentence each: for terminal, Markdown and HTML alike.
 *
 * @example
 * ```ts
 * const conv = {
 *   node: "conv2", opType: "Conv", index: 6, output: "y", maxAbs: 1.2, bound: 2e-5, ratio: 60000, why: "300 roundings",
 *   at: [0, 4, 6, 4], expected: -1.3, observed: -0.1,
 * };
 * const found = {
 *   oracle: "reference", samples: [3], final: [conv], broken: null, vanished: false, explained: true, hidden: [], runs: 5, seconds: 9,
 *   cumulative: { first: conv, roots: [conv], wrong: 15, cuts: 1, unseen: [] },
 *   isolated: { wrong: [conv], broken: [], unseen: [], nodes: 21, cuts: 1 },
 *   memory: { limit: 1, largestCut: 1 }, repro: null,
 * };
 * bisectNotes(found)[0].text;
 * // => "node 6, conv2 (Conv): -0.1 instead of -1.3 at [0, 4, 6, 4] of y, 60000 times the bound 2.0e-5; 15 nodes are wrong in all"
 * bisectNotes(found)[1].text; // => "conv2 (Conv) of 21, fed with right values"
 * ```
 */
export function bisectNotes(found: Bisect): BisectNote[] {
  const { broken, cumulative, isolated, hidden, repro } = found;
  const list: BisectNote[] = [];
  const add = (title: string, text: string) => list.push({ title, text });
  if (broken) add("The whole model", `breaks the runtime: ${broken.what}`);
  if (found.final?.length === 0 && !cumulative?.first && isolated?.wrong.length === 0) {
    add("Right by itself", `its outputs are those of the ${found.oracle}: what it is compared with is off`);
  }
  if (cumulative?.first) {
    const others = cumulative.roots.slice(1);
    const more = others.length > 0 ? `; independently of it also at ${named(others)}` : "";
    add(
      "Diverges first at",
      `${described(cumulative.first)}; ${formatPlural(cumulative.wrong, "node")} ${cumulative.wrong === 1 ? "is" : "are"} wrong in all${more}`,
    );
  }
  if (isolated && isolated.wrong.length > 0) {
    add(
      "Wrong by itself",
      `${named(isolated.wrong)} of ${formatCount(isolated.nodes)}, fed with right values`,
    );
  }
  for (const { node, opType, what } of isolated?.broken ?? []) {
    add("Breaks the runtime", `${node} (${opType}) by itself: ${what}`);
  }
  for (const { nodes, finding } of hidden) {
    add(
      "Wrong only unseen",
      `${nodes.map(({ node, opType }) => `${node} (${opType})`).join(" → ")}: right when the values between these nodes are looked at, wrong when not, as a fused kernel is; ${described(finding)}`,
    );
  }
  for (const { path, first, broken: inside, said } of found.inner ?? []) {
    const what = first
      ? `${described(first)}; `
      : inside
        ? `${inside.node} (${inside.opType}): ${inside.what}; `
        : "";
    add(`Inside ${path.join(" → ")}`, `${what}${said}`);
  }
  if (found.explained !== null) add("Is that all", explanation(found));
  const unseen = [...(cumulative?.unseen ?? []), ...(isolated?.unseen ?? [])];
  if (unseen.length > 0) add("Not judged", `${named(unseen)}: ${unseen[0]?.why}`);
  add("Bisected", effort(found));
  if (repro && repro.nodes.length === 0) add("Repro", `none: ${repro.said}`);
  else if (repro) {
    const how = repro.fails
      ? "run by itself it fails"
      : "run by itself it does NOT fail: the fault needs something else";
    add("Repro", `${repro.directory}, ${formatPlural(repro.nodes.length, "node")}: ${how}`);
  }
  return list;
}

function described({
  node,
  opType,
  index,
  output,
  at,
  expected,
  observed,
  ratio,
  bound,
  why,
}: BisectFinding): string {
  const where = `node ${index}, ${node} (${opType})`;
  if (expected === null && observed === null && at === null) return `${where}: ${output}, ${why}`;
  const value = `${number(observed)} instead of ${number(expected)} at [${at?.join(", ")}] of ${output}`;
  const times =
    ratio === null ? "where the bound allows nothing" : `${formatDifference(ratio)} times the bound`;
  return `${where}: ${value}, ${times} ${formatDifference(bound)}`;
}

/** JSON has no NaN: null stands for what is no finite number. */
function number(value: number | null): string {
  return value === null ? "NaN or infinity" : String(Number(value.toPrecision(6)));
}

function named(nodes: readonly BisectNode[]): string {
  const names = [...new Set(nodes.map(({ node, opType }) => `${node} (${opType})`))];
  const rest = names.length - MOST_NAMED;
  return rest > 0 ? `${names.slice(0, MOST_NAMED).join(", ")} and ${rest} more` : names.join(", ");
}

function explanation({ explained, vanished }: Bisect): string {
  const hides = vanished ? "; exposing the inner values made the fault vanish" : "";
  return explained
    ? `yes: with right values in its place the rest of the model is right${hides}`
    : `no: with right values in its place something is still wrong, and no part of the model shows it by itself${hides}`;
}

function effort({ oracle, samples, runs, seconds, memory }: Bisect): string {
  const looked = samples === null ? "one run's inputs" : `${formatPlural(samples.length, "worst sample")}`;
  const bytes = `${(memory.largestCut / 2 ** 20).toPrecision(2)} MB in the largest cut`;
  return `${looked} against the ${oracle}, ${formatPlural(runs, "run")} in ${formatSeconds(seconds)}, ${bytes}`;
}
