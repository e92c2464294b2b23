/** Looks for labels that take fewer Transposes. */
import type { Labels, Layout, Reading } from "./layout.js";
import type { Movable } from "./mover.js";
import { equal, inverse, isIdentity, type Permutation, then } from "./permutation.js";

/** How many Transposes more a step may take on the way to fewer. */
const SLACK = 8;
/** Nodes that one step may move together. */
const MOST_MOVED = 2000;

/**
 * From a Transpose that is there, one of its neighbors is moved so that it need not be, then the neighbors of that, always the one that costs
 * least, as long as there are any; kept is what took fewest, if that is fewer than before.
 */
export function search(layout: Layout): Map<number, Permutation> {
  const labels = new Map<number, Permutation>();
  const roots = [...layout.readings.keys()];
  for (let improved = true; improved; ) {
    improved = false;
    for (const root of roots) {
      for (const reading of layout.readings.get(root) ?? []) {
        if (isIdentity(layout.between(reading, labels))) continue;
        for (const [node, label] of ways(layout, reading, labels)) {
          const found = grow(layout, labels, node, label);
          if (!found) continue;
          for (const [each, order] of found) labels.set(each, order);
          improved = true;
          break;
        }
      }
    }
  }
  return labels;
}

/** The labels of the reader and of the maker by which a Transpose between them need not be. */
function ways(layout: Layout, reading: Reading, labels: Labels): [number, Permutation][] {
  const found: [number, Permutation][] = [];
  const { node, root } = reading;
  const maker = layout.makerOf(root);
  const made = layout.made(root, labels);
  const own = layout.orderOf(reading, labels);
  if (node !== null) {
    const order = made === null ? inverse(own) : then(inverse(own), made);
    const label = accepted(layout, node, (movable) => (movable.fromInput ? movable.fromInput(order) : order));
    if (label) found.push([node, label]);
  }
  if (maker !== undefined) {
    const order = node === null ? own : then(own, layout.inputOrder(node, layout.label(node, labels)));
    const label = accepted(layout, maker, (movable) =>
      movable.fromOutput ? movable.fromOutput(order) : order,
    );
    if (label) found.push([maker, label]);
  }
  return found.filter(([each, label]) => !equal(label, layout.label(each, labels)));
}

function accepted(
  layout: Layout,
  node: number,
  labelOf: (movable: Movable) => Permutation | null,
): Permutation | null {
  const movable = layout.movables.get(node) as Movable;
  const label = labelOf(movable);
  if (label === null || label.length !== movable.rank) return null;
  return isIdentity(label) || (movable.accepts?.(label) ?? true) ? label : null;
}

/** The best that comes of a first step; null where that is not better than nothing. */
function grow(
  layout: Layout,
  labels: Labels,
  first: number,
  label: Permutation,
): Map<number, Permutation> | null {
  const trial = new Map(labels);
  const moved = new Map<number, Permutation>();
  let best: Map<number, Permutation> | null = null;
  let [cost, least] = [0, 0];
  /** Roots between which and their readers Transposes may be. */
  const open = new Set<string>();
  let next: [number, Permutation] | undefined = [first, label];
  while (next && moved.size < MOST_MOVED && cost <= least + SLACK) {
    const [node] = next;
    cost += change(layout, trial, ...next);
    trial.set(...next);
    moved.set(...next);
    if (cost < least) {
      least = cost;
      best = new Map(moved);
    }
    for (const root of layout.rootsAt(node)) open.add(root);
    next = cheapest(layout, trial, moved, open);
  }
  return best;
}

function change(layout: Layout, labels: Map<number, Permutation>, node: number, label: Permutation): number {
  const roots = layout.rootsAt(node);
  const sum = () => roots.reduce((so, root) => so + layout.cost(root, labels), 0);
  const before = sum();
  const old = labels.get(node);
  labels.set(node, label);
  const after = sum();
  if (old) labels.set(node, old);
  else labels.delete(node);
  return after - before;
}

/** Of the neighbors of what was moved, the one whose move costs least. */
function cheapest(
  layout: Layout,
  trial: Map<number, Permutation>,
  moved: ReadonlyMap<number, Permutation>,
  open: Set<string>,
): [number, Permutation] | undefined {
  let [best, least]: [[number, Permutation] | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const root of open) {
    const apart = (layout.readings.get(root) ?? []).filter(
      (each) => !isIdentity(layout.between(each, trial)),
    );
    const around = apart
      .flatMap((reading) => ways(layout, reading, trial))
      .filter(([node]) => !moved.has(node));
    if (around.length === 0) open.delete(root);
    for (const way of around) {
      const cost = change(layout, trial, ...way);
      if (cost < least) [best, least] = [way, cost];
    }
  }
  return best;
}
