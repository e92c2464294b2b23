/** What a pass may ask about the graph that it works on: the main graph, or a body in it with what lies around. */
import type { GraphIndex, GraphProto, ModelProto, NodeFacts, NodeProto, TensorProto } from "@congruent/onnx";
import type { Value } from "@congruent/reference";
import type { Shape } from "./shapes/shape.js";

/** What all graphs of a model share. */
export interface ModelFacts {
  model: ModelProto;
  /** A name that nothing in the model has: the wish, or one like it. */
  fresh(wish: string): string;
}

export interface Scope {
  readonly facts: ModelFacts;
  readonly graph: GraphProto;
  /** The graph around this one; null for the main graph. */
  readonly around: Scope | null;
  readonly index: GraphIndex;
  /** The version of the standard operator set. */
  readonly opset: number;
  /** The operator's name where the node is one of the standard set, and not of a function of the model's own that takes its place. */
  operator(node: NodeProto): string | null;
  factsOf(node: NodeProto): NodeFacts;
  isOutput(name: string): boolean;
  /** Whether a body reads the value, so that its name must stay. */
  isCaptured(name: string): boolean;
  /** How often nodes, bodies and the graph's outputs read a value. */
  uses(name: string): number;
  /** Whether the value belongs to this graph, not to one around it. */
  isOwn(name: string): boolean;
  /** Whether a caller may feed something else in the place of a weight, as files from IR version 4 on allow. */
  isFed(name: string): boolean;
  /** The tensor that a value always is: a weight that no caller may replace, or what a Constant node holds. */
  constantProto(name: string): TensorProto | undefined;
  /** A constant's elements, decoded; undefined for types that are not computed with. */
  constant(name: string): Value | undefined;
  /** The elements of a constant list of whole numbers, such as axes or pads. */
  integers(name: string | undefined): number[] | undefined;
  /** What is known of a value's shape; undefined where not even its rank is. */
  shape(name: string): Shape | undefined;
  rank(name: string): number | undefined;
  /** ONNX's number of a value's element type, where it can be told. */
  elementType(name: string): number | undefined;
}
