/** What a report says about each node of the graph. */
import {
  type BisectFinding,
  type BisectValue,
  cellName,
  type OutputDifference,
  type ParityReport,
} from "@congruent/core/schemas";
import type { ModelGraph } from "./layout-graph.js";

/**
 * - `wrong`: its own kernel is wrong, or the divergence begins here;
 * - `behind`: its values are wrong, as those that it reads are;
 * - `right`: a bisect looked and found nothing wrong with the node itself;
 * - `unknown`: not compared.
 */
export type NodeState = "wrong" | "behind" | "right" | "unknown";

export interface NodeFindings {
  state: NodeState;
  /** What was found, each with the cell it was found in. */
  findings: { cell: string; how: string; finding: BisectFinding }[];
  /** All values that it gives, as a bisect saw them: with what it inherits (`inside`), and fed with right values (`alone`). */
  values: { cell: string; mode: "inside" | "alone"; value: BisectValue }[];
  /** Cells in which another execution provider than asked for ran it. */
  fellBack: { cell: string; provider: string }[];
  /** Outputs of the model that it gives, as each cell has them. */
  outputs: { cell: string; output: OutputDifference }[];
}

/** By the nodes' names, for every node of the graph. */
export function nodeFindings(report: ParityReport, graph: ModelGraph): Map<string, NodeFindings> {
  const bisected = report.cells.some(({ bisect }) => bisect !== null);
  const found = new Map(
    graph.nodes.map(({ name }): [string, NodeFindings] => [
      name,
      { state: bisected ? "right" : "unknown", findings: [], values: [], fellBack: [], outputs: [] },
    ]),
  );
  for (const cell of report.cells) {
    const name = cellName(cell);
    const tell = (how: string, finding: BisectFinding) => {
      const node = found.get(finding.node);
      if (!node) return;
      node.state = "wrong";
      node.findings.push({ cell: name, how, finding });
    };
    const { bisect } = cell;
    for (const finding of bisect?.cumulative?.roots ?? [])
      tell("the runtime's own values begin to be wrong here", finding);
    for (const finding of bisect?.isolated?.wrong ?? [])
      tell("wrong by itself, fed with right values", finding);
    for (const { finding } of bisect?.hidden ?? [])
      tell("wrong only while nothing inside is exposed", finding);
    for (const [mode, { values = [] } = {}] of [
      ["inside", bisect?.cumulative ?? undefined],
      ["alone", bisect?.isolated ?? undefined],
    ] as const) {
      for (const value of values) found.get(value.node)?.values.push({ cell: name, mode, value });
    }
    for (const { node, provider } of cell.placement?.fallbacks ?? [])
      found.get(node)?.fellBack.push({ cell: name, provider });
    for (const output of cell.outputs) {
      const giver = graph.nodes.find(({ outputs }) => outputs.includes(output.name));
      if (giver && output.detail) found.get(giver.name)?.outputs.push({ cell: name, output });
    }
  }
  for (const node of found.values()) {
    if (node.state === "right" && node.values.some(({ value }) => !value.within)) node.state = "behind";
  }
  return found;
}
