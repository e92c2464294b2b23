import type { BisectFinding, ParityReport } from "@congruent/core/schemas";
import { Histogram, WorstElements } from "../components/histogram.js";
import { Scroller } from "../components/scroller.js";
import { Section } from "../components/section.js";
import { formatDifference, formatPlural } from "../formats/numbers.js";
import { type GraphLayout, layoutGraph, type PlacedBox, shortened } from "../graph/layout-graph.js";
import { type NodeFindings, nodeFindings } from "../graph/node-findings.js";

/** Nodes that can be read when they are drawn at once. */
const MOST = 400;

const MARKS = { wrong: "✕ ", behind: "", right: "", unknown: "" } as const;

/**
 * The model as a drawing: guilty nodes stand out, and each node leads to what is known of it. Without any script: a node is a link to its
 * panel, which the page shows while it is the address's target.
 */
export function GraphSection({ report }: { report: ParityReport }) {
  const { graph } = report;
  if (!graph) return null;
  const found = nodeFindings(report, graph);
  const wrong = [...found.values()].filter(({ state }) => state === "wrong").length;
  const bisected = [...found.values()].some(({ state }) => state !== "unknown");
  const behind = [...found.values()].filter(({ state }) => state === "behind").length;
  const inherited = behind > 0 ? `, ${behind} only behind them` : "";
  const lead = bisected
    ? `${formatPlural(graph.nodes.length, "node")}, ${wrong === 0 ? "none of them wrong by itself" : `${wrong} of them wrong${inherited}`}. Choose a node to see how its values are off.`
    : `${formatPlural(graph.nodes.length, "node")}. Which of them is wrong has not been searched for; --bisect does that. Choose a node to see what is known of it.`;
  if (graph.nodes.length > MOST) {
    return (
      <Section id="graph" title="Graph" lead={`${lead} They are too many to draw.`}>
        <Panels graph={graph} found={found} only="wrong" />
      </Section>
    );
  }
  return (
    <Section id="graph" title="Graph" lead={lead}>
      <div class="cg-graph-columns">
        <div>
          {bisected && <Legend />}
          <Scroller label="The model's graph">
            <Drawing layout={layoutGraph(graph)} found={found} />
          </Scroller>
        </div>
        <Panels graph={graph} found={found} only={null} />
      </div>
    </Section>
  );
}

const STATES = [
  ["wrong", "✕ wrong by itself, or where it begins"],
  ["behind", "wrong as what it reads is"],
  ["right", "within its bounds"],
] as const;

function Legend() {
  return (
    <ul class="cg-graph-legend">
      {STATES.map(([state, words]) => (
        <li key={state} class={`cg-legend-${state}`}>
          {words}
        </li>
      ))}
    </ul>
  );
}

function Drawing({ layout, found }: { layout: GraphLayout; found: ReadonlyMap<string, NodeFindings> }) {
  const { width, height, boxes, arrows } = layout;
  return (
    <svg
      class="cg-graph"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label="The model's graph, inputs at the top"
    >
      <defs>
        <marker
          id="graph-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0L8 4L0 8z" />
        </marker>
      </defs>
      {arrows.map(({ from, to, points }) => (
        <path
          key={`${from} ${to}`}
          class="cg-arrow"
          d={`M${points.map(({ x, y }) => `${x} ${y}`).join("L")}`}
          marker-end="url(#graph-arrow)"
        />
      ))}
      {boxes.map((box) =>
        box.kind === "node" ? (
          <NodeBox key={box.id} box={box} found={found} />
        ) : (
          <ValueBox key={box.id} box={box} />
        ),
      )}
    </svg>
  );
}

function NodeBox({ box, found }: { box: PlacedBox; found: ReadonlyMap<string, NodeFindings> }) {
  const { state = "unknown", fellBack = [] } = found.get(box.name) ?? {};
  const { x, y, width, height, title, name } = box;
  return (
    <a
      href={`#node-${box.index}`}
      class={`cg-node cg-node-${state}${fellBack.length > 0 ? " cg-node-elsewhere" : ""}`}
    >
      <title>{`${name} (${title})`}</title>
      <rect x={x} y={y} width={width} height={height} rx="7" />
      <text x={x + width / 2} y={y + 17} class="cg-node-op">
        {MARKS[state]}
        {title}
      </text>
      <text x={x + width / 2} y={y + 31} class="cg-node-name">
        {shortened(name)}
      </text>
    </a>
  );
}

function ValueBox({ box: { x, y, width, height, title } }: { box: PlacedBox }) {
  return (
    <g class="cg-value">
      <rect x={x} y={y} width={width} height={height} rx="13" />
      <text x={x + width / 2} y={y + 17} class="cg-node-name">
        {title}
      </text>
    </g>
  );
}

function Panels({
  graph,
  found,
  only,
}: {
  graph: NonNullable<ParityReport["graph"]>;
  found: ReadonlyMap<string, NodeFindings>;
  only: "wrong" | null;
}) {
  return (
    <div class="cg-panels">
      {graph.nodes.map(({ name, opType }, index) => {
        const node = found.get(name);
        if (!node || (only !== null && node.state !== only)) return null;
        return (
          <article key={name} id={`node-${index}`} class={`cg-panel cg-panel-${node.state}`}>
            <h3>{name}</h3>
            <p class="cg-muted">
              {opType}, node {index}
            </p>
            <Known node={node} />
          </article>
        );
      })}
    </div>
  );
}

const SAID = {
  wrong: "",
  behind: "Its values are wrong because those that it reads are; fed with right ones it is right.",
  right: "The bisect found nothing wrong with this node itself.",
  unknown: "The values inside the model were not compared.",
} as const;

const SEEN = {
  inside: "its values inside the model",
  alone: "fed with right values",
} as const;

/** Larger ratios are not compared: the bound is then close to 0. */
function times(ratio: number | null): string {
  if (ratio === null) return "";
  return ratio > 1e6
    ? ", at the worst more than a million times the bound"
    : `, at the worst ${formatDifference(ratio)} times the bound`;
}

function Known({ node: { state, findings, values, fellBack, outputs } }: { node: NodeFindings }) {
  /** Below, its elements are shown one and all. */
  const spread = ({ output }: BisectFinding) => values.some(({ value }) => value.output === output);
  return (
    <>
      {SAID[state] !== "" && <p>{SAID[state]}</p>}
      {findings.map(({ cell, how, finding }) => (
        <div key={`${cell} ${how}`}>
          <p>
            <strong>{cell}</strong>: {how}. Output {finding.output} is off by{" "}
            <span class="cg-beyond">{formatDifference(finding.maxAbs)}</span>, bound{" "}
            {formatDifference(finding.bound)}
            {finding.ratio === null ? "" : `, ${formatDifference(finding.ratio)} times as much`} (
            {finding.why}).
          </p>
          {finding.at && finding.expected !== null && finding.observed !== null && !spread(finding) && (
            <WorstElements
              worst={[{ at: finding.at, expected: finding.expected, observed: finding.observed }]}
            />
          )}
        </div>
      ))}
      {values.map(({ cell, mode, value }) => (
        <div key={`${cell} ${mode} ${value.output}`}>
          <p>
            <strong>{cell}</strong>, {SEEN[mode]}: how far the elements of {value.output} are from the right
            ones{times(value.ratio)}.
          </p>
          <Histogram detail={value.detail} />
          <WorstElements worst={value.detail.worst} />
        </div>
      ))}
      {fellBack.map(({ cell, provider }) => (
        <p key={cell}>
          <strong>{cell}</strong>: ran on {provider}.
        </p>
      ))}
      {outputs.map(({ cell, output }) =>
        output.detail ? (
          <div key={`${cell} ${output.name}`}>
            <p>
              <strong>{cell}</strong>: {output.name} differs from the baseline by{" "}
              {formatDifference(output.maxAbs)} at most.
            </p>
            <Histogram detail={output.detail} />
            <WorstElements worst={output.detail.worst} />
          </div>
        ) : null,
      )}
    </>
  );
}
