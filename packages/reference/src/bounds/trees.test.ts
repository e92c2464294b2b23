import { tensor } from "@congruent/core";
import {
  type AttributeValue,
  makeGraph,
  makeModel,
  makeNode,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Value } from "../value.js";
import { interpretWithBounds, type RoundingModel } from "./index.js";

/** Trees that are a single leaf each: what the ensemble gives is a sum, which float32 makes in these orders. */
const orders: readonly ((terms: readonly number[]) => number)[] = [
  (terms) => terms.reduce((sum, term) => Math.fround(sum + term), 0),
  (terms) => terms.reduceRight((sum, term) => Math.fround(sum + term), 0),
  (terms) => terms.toSorted((a, b) => b - a).reduce((sum, term) => Math.fround(sum + term), 0),
];

const domain = "ai.onnx.ml";

function leaves(count: number, prefix: "class" | "target"): Record<string, AttributeValue> {
  const nothing = new Array<bigint>(count).fill(0n);
  const trees = nothing.map((_, tree) => BigInt(tree));
  return {
    nodes_treeids: trees,
    nodes_nodeids: nothing,
    nodes_featureids: nothing,
    nodes_modes: nothing.map(() => "LEAF"),
    nodes_values: nothing.map(() => 0.5),
    nodes_truenodeids: nothing,
    nodes_falsenodeids: nothing,
    [`${prefix}_treeids`]: trees,
    [`${prefix}_nodeids`]: nothing,
  };
}

function boundsOf(node: NodeProto, model: RoundingModel) {
  const outputs = node.output.map((name) =>
    makeTensorValueInfo(name, name === "label" ? "int64" : "float32", []),
  );
  const graph = makeGraph([node], "g", [makeTensorValueInfo("x", "float32", [1, 1])], outputs);
  const x = tensor("float32", Float32Array.of(1), [1, 1]);
  const made = makeModel(graph, { opset: 18 });
  made.opsetImport.push(...makeModel(graph, { opset: 3 }).opsetImport.map((each) => ({ ...each, domain })));
  const { outputs: values, bounds } = interpretWithBounds(made, { x }, { model });
  return {
    value: (name: string) => (values.get(name) as Value).data,
    errors: (name: string) => bounds.get(name)?.errors ?? null,
  };
}

function classifier(weights: readonly number[], ids: readonly number[], labels: readonly bigint[]) {
  return makeNode("TreeEnsembleClassifier", ["x"], ["label", "scores"], {
    domain,
    attributes: {
      ...leaves(weights.length, "class"),
      class_ids: ids.map(BigInt),
      class_weights: [...weights],
      classlabels_int64s: [...labels],
    },
  });
}

describe("bounds of ensembles of trees", () => {
  const weights = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 200 });
  const models: RoundingModel[] = ["statistical", "worst"];

  it.each(models)(
    "hold float32 sums of leaves in any order, and are n + 3 roundings at most (%s)",
    (model) => {
      fc.assert(
        fc.property(weights, (given) => {
          const ids = given.map((_, i) => i % 3);
          const { value, errors } = boundsOf(classifier(given, ids, [0n, 1n, 2n]), model);
          for (let k = 0; k < 3; k++) {
            const terms = given.filter((_, i) => i % 3 === k);
            const bound = errors("scores")?.[k] as number;
            const total = terms.reduce((sum, term) => sum + term, 0);
            expect(bound).toBeLessThanOrEqual((terms.length + 3) * 2 ** -24 * total + 2 ** -126);
            for (const order of orders) {
              expect(Math.abs(order(terms) - Number(value("scores")[k]))).toBeLessThanOrEqual(bound);
            }
          }
        }),
        { seed: 7, numRuns: 60 },
      );
    },
  );

  it("hold 1 - s of two classes", () => {
    fc.assert(
      fc.property(weights, (given) => {
        const share = given.map((weight) => Math.fround(weight / given.length));
        const { value, errors } = boundsOf(
          classifier(
            share,
            share.map(() => 1),
            [0n, 1n],
          ),
          "worst",
        );
        for (const order of orders) {
          const s = order(share);
          [Math.fround(1 - s), s].forEach((score, k) => {
            const off = Math.abs(score - Number(value("scores")[k]));
            expect(off).toBeLessThanOrEqual(errors("scores")?.[k] as number);
          });
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it("let the label be another one where two sums tie, and only there", () => {
    const third = Math.fround(1 / 3);
    const tie = boundsOf(classifier([third, third, 0.1], [0, 2, 1], [4n, 5n, 9n]), "statistical");
    expect([Number(tie.value("label")[0]), tie.errors("label")?.[0]]).toEqual([4, 5]);
    const sure = boundsOf(classifier([third, 0.3, 0.1], [0, 2, 1], [4n, 5n, 9n]), "statistical");
    expect(Array.from(sure.errors("label") ?? [0])).toEqual([0]);
  });

  it.each(models)("hold a regressor's sums and means (%s)", (model) => {
    fc.assert(
      fc.property(weights, fc.constantFrom("SUM", "AVERAGE"), (given, name) => {
        const node = makeNode("TreeEnsembleRegressor", ["x"], ["y"], {
          domain,
          attributes: {
            ...leaves(given.length, "target"),
            target_ids: given.map(() => 0n),
            target_weights: given,
            aggregate_function: name,
          },
        });
        const { value, errors } = boundsOf(node, model);
        for (const order of orders) {
          const sum = order(given);
          const seen = name === "SUM" ? sum : Math.fround(sum * Math.fround(1 / given.length));
          expect(Math.abs(seen - Number(value("y")[0]))).toBeLessThanOrEqual(errors("y")?.[0] as number);
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it("of scores that are made by a transform are not nothing, though the first output is a whole number", () => {
    const node = makeNode("TreeEnsembleClassifier", ["x"], ["label", "scores"], {
      domain,
      attributes: {
        ...leaves(3, "class"),
        class_ids: [0n, 1n, 2n],
        class_weights: [0.1, 0.2, 0.3],
        classlabels_int64s: [0n, 1n, 2n],
        post_transform: "SOFTMAX",
      },
    });
    for (const error of boundsOf(node, "statistical").errors("scores") ?? [0]) {
      expect(error).toBeGreaterThan(2 ** -24);
    }
  });
});
