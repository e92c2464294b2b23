import type { NodeProto } from "@congruent/onnx";
import type { Scope } from "../scope.js";
import type { Shape } from "./shape.js";

/** What a rule may ask about its node. */
export interface ShapeCall {
  node: NodeProto;
  scope: Scope;
  shape(input: number): Shape | undefined;
  /** The elements of an input that is a list of whole numbers, as far as they are known: those of a Shape node, for instance. */
  list(input: number): Shape | undefined;
}

/** The shapes of the outputs, by position; undefined where nothing is known. */
export type ShapeRule = (call: ShapeCall) => readonly (Shape | undefined)[];
