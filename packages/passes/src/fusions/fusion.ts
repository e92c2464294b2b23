/** The protocol of a fusion: an expression for which ONNX has an operator. */
import type { AttributeValue } from "@congruent/onnx";
import type { Scope } from "../scope.js";
import type { Found, Pattern } from "./pattern.js";

export interface Fusion {
  /** The operator that takes the expression's place. */
  operator: string;
  /** The version of the standard operator set from which on there is one. */
  since: number;
  pattern: Pattern;
  /** Whether what was found is what the operator means. Default: always. */
  holds?(found: Found, scope: Scope): boolean;
  /** The operator's inputs: names that the pattern gave to values, or numbers. Default: x. */
  inputs?(found: Found): readonly (string | number)[];
  attributes?(found: Found): Record<string, AttributeValue>;
}
