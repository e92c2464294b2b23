/** Decision trees of ONNX-ML, whatever attributes they came in. */
import type { AttributeProto } from "@congruent/onnx";
import type { Call } from "./call.js";

export interface Leaf {
  target: number;
  weight: number;
}

export interface TreeNode {
  /** Leaves have no test. */
  test: ((x: number) => boolean) | null;
  feature: number;
  /** Where NaN goes. */
  missingIsTrue: boolean;
  whenTrue: number;
  whenFalse: number;
  leaves: readonly Leaf[];
}

export interface Forest {
  nodes: readonly TreeNode[];
  roots: readonly number[];
}

const comparisons: Readonly<Record<string, (threshold: number) => (x: number) => boolean>> = {
  BRANCH_LEQ: (threshold) => (x) => x <= threshold,
  BRANCH_LT: (threshold) => (x) => x < threshold,
  BRANCH_GTE: (threshold) => (x) => x >= threshold,
  BRANCH_GT: (threshold) => (x) => x > threshold,
  BRANCH_EQ: (threshold) => (x) => x === threshold,
  BRANCH_NEQ: (threshold) => (x) => x !== threshold,
};
const modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];

/** A node's trees are built once, however often it runs. */
const built = new WeakMap<ReadonlyMap<string, AttributeProto>, Forest>();

function once(call: Call, build: () => Forest): Forest {
  const known = built.get(call.attributes);
  if (known) return known;
  const forest = build();
  built.set(call.attributes, forest);
  return forest;
}

/** A list of floats, which since ONNX-ML 3 may come as a tensor of doubles. */
export function floatsOrTensor(call: Call, name: string): readonly number[] {
  const tensor = call.tensor(`${name}_as_tensor`);
  return tensor ? Array.from(tensor.data as Float64Array) : (call.floatList(name) ?? []);
}

/**
 * Trees of TreeEnsembleClassifier and TreeEnsembleRegressor.
 *
 * @param prefix `class` or `target`: the name of what the leaves give
 */
export function forestOf(call: Call, prefix: "class" | "target"): Forest {
  return once(call, () => {
    const trees = call.ints("nodes_treeids") ?? [];
    const ids = call.ints("nodes_nodeids") ?? [];
    const place = new Map(trees.map((tree, i) => [`${tree}/${ids[i]}`, i]));
    const [yes, no] = [call.ints("nodes_truenodeids") ?? [], call.ints("nodes_falsenodeids") ?? []];
    const features = call.ints("nodes_featureids") ?? [];
    const thresholds = floatsOrTensor(call, "nodes_values");
    const missing = call.ints("nodes_missing_value_tracks_true") ?? [];
    const leaves = trees.map((): Leaf[] => []);
    const weights = floatsOrTensor(call, `${prefix}_weights`);
    const targets = call.ints(`${prefix}_ids`) ?? [];
    const leafNodes = call.ints(`${prefix}_nodeids`) ?? [];
    (call.ints(`${prefix}_treeids`) ?? []).forEach((tree, i) => {
      const at =
        place.get(`${tree}/${leafNodes[i]}`) ??
        call.refuse(`a leaf of tree ${tree} is not there`, "E_NODE_ATTRIBUTE");
      leaves[at]?.push({ target: targets[i] as number, weight: weights[i] as number });
    });
    const nodes = (call.strings("nodes_modes") ?? []).map((mode, i): TreeNode => {
      const compare = comparisons[mode];
      if (!compare && mode !== "LEAF") call.refuse(`it knows no branch ${mode}`, "E_NODE_ATTRIBUTE");
      const child = (id: number) => place.get(`${trees[i]}/${id}`) ?? -1;
      return {
        test: compare?.(thresholds[i] as number) ?? null,
        feature: features[i] as number,
        missingIsTrue: missing[i] === 1,
        whenTrue: child(yes[i] as number),
        whenFalse: child(no[i] as number),
        leaves: leaves[i] as Leaf[],
      };
    });
    const roots = [...new Set(trees)].map((tree) => trees.indexOf(tree));
    return { nodes, roots };
  });
}

/** Trees of TreeEnsemble (ONNX-ML 5): inner nodes and leaves are numbered apart. */
export function flatForestOf(call: Call): Forest {
  return once(call, () => {
    const numbers = (name: string) => {
      const tensor = call.tensor(name);
      return tensor ? Array.from(tensor.data as Float64Array, Number) : [];
    };
    const [splits, modeNumbers] = [numbers("nodes_splits"), numbers("nodes_modes")];
    const features = call.ints("nodes_featureids") ?? [];
    const [yes, no] = [call.ints("nodes_truenodeids") ?? [], call.ints("nodes_falsenodeids") ?? []];
    const [yesLeaf, noLeaf] = [call.ints("nodes_trueleafs") ?? [], call.ints("nodes_falseleafs") ?? []];
    const missing = call.ints("nodes_missing_value_tracks_true") ?? [];
    const weights = numbers("leaf_weights");
    const members = memberSets(numbers("membership_values"));
    const inner = modeNumbers.length;
    const nodes = modeNumbers.map((number, i): TreeNode => {
      const mode = modes[number];
      const set = mode === undefined ? (members.shift() ?? new Set<number>()) : null;
      return {
        test: set ? (x) => set.has(x) : (comparisons[mode as string]?.(splits[i] as number) ?? null),
        feature: features[i] as number,
        missingIsTrue: missing[i] === 1,
        whenTrue: (yes[i] as number) + (yesLeaf[i] ? inner : 0),
        whenFalse: (no[i] as number) + (noLeaf[i] ? inner : 0),
        leaves: [],
      };
    });
    const leaves = (call.ints("leaf_targetids") ?? []).map(
      (target, i): TreeNode => ({
        ...{ test: null, feature: 0, missingIsTrue: false, whenTrue: -1, whenFalse: -1 },
        leaves: [{ target, weight: weights[i] as number }],
      }),
    );
    return { nodes: [...nodes, ...leaves], roots: call.ints("tree_roots") ?? [] };
  });
}

/** Sets of values, one after the other, each ended by a NaN. */
function memberSets(values: readonly number[]): Set<number>[] {
  const sets: Set<number>[] = [];
  let current = new Set<number>();
  for (const each of values) {
    if (Number.isNaN(each)) {
      sets.push(current);
      current = new Set();
    } else current.add(each);
  }
  return sets;
}

/** What the leaves that a sample reaches give, tree by tree. */
export function reach({ nodes, roots }: Forest, x: Float64Array, give: (leaf: Leaf) => void): void {
  for (const root of roots) {
    let node = nodes[root] as TreeNode;
    while (node.test) {
      const here = x[node.feature] as number;
      const goes = node.test(here) || (node.missingIsTrue && Number.isNaN(here));
      node = nodes[goes ? node.whenTrue : node.whenFalse] as TreeNode;
    }
    for (const leaf of node.leaves) give(leaf);
  }
}
