import { blankCell, type ParityReport } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parityFixture } from "../fixtures/parity-fixture.js";
import { parseHtml } from "../fixtures/parse-html.js";
import { renderReport } from "../reports/render-report.js";
import { layoutGraph, type ModelGraph } from "./layout-graph.js";
import { nodeFindings } from "./node-findings.js";

/** Each node reads up to two earlier values: always a graph without cycles. */
const graphs = fc
  .array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 25 })
  .map((reads): ModelGraph => {
    const values = ["x"];
    const nodes = reads.map(([a, b], index) => {
      const inputs = [...new Set([values[a % values.length] as string, values[b % values.length] as string])];
      values.push(`v${index}`);
      return { name: `node${index}`, opType: "Add", inputs, outputs: [`v${index}`] };
    });
    return { nodes, inputs: ["x"], outputs: [values.at(-1) as string] };
  });

describe("layoutGraph", () => {
  it("places every node above those that read from it, none over another, all inside the drawing", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { boxes, arrows, width, height } = layoutGraph(graph);
        expect(boxes).toHaveLength(graph.nodes.length + 2);
        const at = new Map(boxes.map((box) => [box.id, box]));
        for (const { from, to } of arrows) {
          const [above, below] = [at.get(from), at.get(to)];
          expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? -1);
        }
        for (const a of boxes) {
          expect(Math.min(a.x, a.y)).toBeGreaterThanOrEqual(0);
          expect(a.x + a.width).toBeLessThanOrEqual(width + 0.1);
          expect(a.y + a.height).toBeLessThanOrEqual(height + 0.1);
          for (const b of boxes) {
            if (a === b) continue;
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect([a.id, b.id, apart]).toEqual([a.id, b.id, true]);
          }
        }
      }),
      { seed: 3, numRuns: 25 },
    );
  });
});

const graph: ModelGraph = {
  nodes: [
    { name: "conv2", opType: "Conv", inputs: ["x"], outputs: ["h"] },
    { name: "softmax", opType: "Softmax", inputs: ["h"], outputs: ["probabilities"] },
  ],
  inputs: ["x"],
  outputs: ["probabilities"],
};
const finding = {
  node: "conv2",
  opType: "Conv",
  index: 0,
  output: "h",
  maxAbs: 0.4,
  bound: 1e-6,
  ratio: 4e5,
  why: "150 roundings",
  at: [0, 3],
  expected: -0.7511823763036903,
  observed: 1.1,
};
const detail = {
  finite: 10,
  nonFinite: 0,
  misplaced: 0,
  zeroSigns: 0,
  equal: 7,
  histogram: [{ power: -2, count: 3 }],
  worst: [{ at: [0, 1], expected: 0.25, observed: "NaN" as const }],
};
/** What the node behind the guilty one gives. */
const seen = {
  node: "softmax",
  opType: "Softmax",
  index: 1,
  output: "probabilities",
  within: false,
  bound: 1e-6,
  ratio: 3,
  detail,
};
const bisect = {
  oracle: "reference",
  samples: [0],
  final: [],
  broken: null,
  cumulative: { first: finding, roots: [finding], wrong: 2, cuts: 1, unseen: [], values: [seen] },
  isolated: { wrong: [finding], broken: [], unseen: [], nodes: 2, cuts: 1, values: [] },
  hidden: [],
  vanished: false,
  explained: true,
  runs: 3,
  seconds: 1,
  memory: { limit: 1, largestCut: 1 },
  repro: null,
};
const report: ParityReport = {
  ...parityFixture,
  graph,
  cells: [
    {
      ...blankCell({ runtime: "web-webgpu", browser: "chromium" }),
      status: "fail",
      bisect,
      outputs: [
        { name: "probabilities", maxAbs: 0.3, maxUlp: 9, bound: 1e-6, why: "", within: false, detail },
      ],
      placement: {
        source: "",
        expected: "WebGpuExecutionProvider",
        providers: { CPUExecutionProvider: 1 },
        fallbacks: [{ node: "softmax", opType: "Softmax", provider: "CPUExecutionProvider" }],
      },
    },
  ],
};

describe("the graph of a parity page", () => {
  it("knows of each node what was found, where it ran, and which outputs it gives", () => {
    const found = nodeFindings(report, graph);
    expect(found.get("conv2")).toMatchObject({
      state: "wrong",
      findings: [{ cell: "web-webgpu" }, { cell: "web-webgpu" }],
    });
    expect(found.get("softmax")).toMatchObject({
      state: "behind",
      values: [{ cell: "web-webgpu", mode: "inside", value: { output: "probabilities" } }],
      fellBack: [{ cell: "web-webgpu", provider: "CPUExecutionProvider" }],
      outputs: [{ output: { name: "probabilities" } }],
    });
    const notCompared = {
      ...report,
      cells: [{ ...blankCell({ runtime: "web-webgpu", browser: "chromium" }) }],
    };
    expect(nodeFindings(notCompared, graph).get("conv2")?.state).toBe("unknown");
  });

  it("links each drawn node to its panel, marks the guilty one, and shows worst elements and histograms", () => {
    const elements = parseHtml(renderReport("parity", report, "html"));
    const nodes = elements.filter(({ attributes }) => attributes.class?.startsWith("cg-node "));
    expect(nodes.map(({ attributes }) => attributes.class)).toEqual([
      "cg-node cg-node-wrong",
      "cg-node cg-node-behind cg-node-elsewhere",
    ]);
    const ids = new Set(elements.flatMap(({ attributes }) => (attributes.id ? [attributes.id] : [])));
    for (const { attributes } of nodes) expect(ids).toContain(attributes.href?.slice(1));
    const panel = (id: string) => elements.find(({ attributes }) => attributes.id === id)?.text ?? "";
    expect(panel("node-0")).toMatch(
      /Output h is off by 0.4, bound 1.0e-6, 4.0e\+5 times as much \(150 roundings\)/,
    );
    // More digits than a float32 has would stand out of the panel.
    expect(panel("node-0")).toMatch(/\[0, 3\]-0\.7511823761\.1/);
    expect(panel("node-1")).toMatch(/its values inside the model: .*at the worst 3 times the bound.*equal7/);
    expect(panel("node-1")).toMatch(/equal7.*1e-23.*\[0, 1\]0.25NaN/);
  });

  it("does not draw a graph that is too large to read", () => {
    const many = Array.from({ length: 401 }, (_, i) => ({
      name: `n${i}`,
      opType: "Relu",
      inputs: [],
      outputs: [`v${i}`],
    }));
    const page = renderReport("parity", { ...report, graph: { ...graph, nodes: many } }, "html");
    expect(page).toContain("They are too many to draw");
    expect(page).not.toContain('cg-node-op"');
  });
});
