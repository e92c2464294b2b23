/** Where the nodes of a model stand on paper: layers from top to bottom, computed by dagre. */

import type { ParityReport } from "@congruent/core/schemas";
import { Graph, layout } from "@dagrejs/dagre";

export type ModelGraph = NonNullable<ParityReport["graph"]>;

export interface PlacedBox {
  id: string;
  kind: "node" | "input" | "output";
  /** Of a node, its place in `graph.nodes`; -1 otherwise. */
  index: number;
  /** The operator, or the value's name. */
  title: string;
  /** The node's name; empty otherwise. */
  name: string;
  /** Of the upper left corner. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphLayout {
  width: number;
  height: number;
  boxes: PlacedBox[];
  /** Corners of each arrow, from what gives a value to what takes it. */
  arrows: { from: string; to: string; points: { x: number; y: number }[] }[];
}

const HEIGHT = 40;
const LETTER = 6.6;
/** Longer names are cut in the middle: their ends tell them apart. */
const LONGEST = 26;

/**
 * @example
 * ```ts
 * const nodes = [{ name: "act", opType: "Relu", inputs: ["x"], outputs: ["y"] }];
 * const { boxes, arrows } = layoutGraph({ nodes, inputs: ["x"], outputs: ["y"] });
 * boxes.map(({ title }) => title); // => ["x", "Relu", "y"]
 * arrows.length; // => 2
 * ```
 */
export function layoutGraph({ nodes, inputs, outputs }: ModelGraph): GraphLayout {
  const drawing = new Graph();
  drawing.setGraph({ rankdir: "TB", nodesep: 24, ranksep: 34, marginx: 8, marginy: 8 });
  drawing.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map<string, Omit<PlacedBox, "x" | "y">>();
  const giver = new Map<string, string>();
  const add = (box: Omit<PlacedBox, "x" | "y" | "width" | "height">) => {
    const letters = Math.max(box.title.length, shortened(box.name).length, 6);
    const size = { width: letters * LETTER + 24, height: box.kind === "node" ? HEIGHT : 26 };
    boxes.set(box.id, { ...box, ...size });
    drawing.setNode(box.id, { ...size });
  };
  for (const name of inputs) {
    add({ id: `in ${name}`, kind: "input", index: -1, title: shortened(name), name: "" });
    giver.set(name, `in ${name}`);
  }
  for (const [index, node] of nodes.entries()) {
    add({ id: `node ${index}`, kind: "node", index, title: node.opType, name: node.name });
    for (const value of node.outputs) giver.set(value, `node ${index}`);
  }
  for (const name of outputs) {
    add({ id: `out ${name}`, kind: "output", index: -1, title: shortened(name), name: "" });
  }
  const connect = (value: string, to: string) => {
    const from = giver.get(value);
    if (from !== undefined && from !== to) drawing.setEdge(from, to);
  };
  for (const [index, node] of nodes.entries())
    for (const value of node.inputs) connect(value, `node ${index}`);
  for (const name of outputs) connect(name, `out ${name}`);
  layout(drawing);
  const { width = 0, height = 0 } = drawing.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    boxes: [...boxes.values()].map((box) => {
      const { x = 0, y = 0 } = drawing.node(box.id) as { x?: number; y?: number };
      return { ...box, x: round(x - box.width / 2), y: round(y - box.height / 2) };
    }),
    arrows: drawing.edges().map((edge: { v: string; w: string }) => {
      const { points = [] } = drawing.edge(edge) as { points?: { x: number; y: number }[] };
      return { from: edge.v, to: edge.w, points: points.map(({ x, y }) => ({ x: round(x), y: round(y) })) };
    }),
  };
}

/** A long name with its middle left out. */
export function shortened(name: string): string {
  if (name.length <= LONGEST) return name;
  const half = Math.floor((LONGEST - 1) / 2);
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
