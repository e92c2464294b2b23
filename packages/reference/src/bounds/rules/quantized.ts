/** Rules of products of quantized integers: a step of an input counts with each factor, and rounding to a step may differ near a half. */
import { changed } from "@congruent/onnx";
import { zip } from "../../elementwise.js";
import { roundHalfToEven } from "../../half.js";
import { runNode } from "../../interpret.js";
import { alongFilters, alongMatrix, centered } from "../../operators/quantization.js";
import type { Value } from "../../value.js";
import { added, asValue, type Errors, largest, magnitudes, numberAt, rangeOf, unbounded } from "../errors.js";
import type { OutputBound, Rule, RuleCall } from "../rule.js";

/** Positions of the inputs of a product of two integer tensors. */
interface Places {
  a: number;
  aZero: number;
  b: number;
  bZero: number;
}

type Kind = "MatMul" | "Conv";

const STEPS = "integers: exact, but for the steps of its inputs";

/** Float32 roundings of acc · (s_a s_b / s_y): the sum's conversion, the scales' product and quotient (2.5 ULP by WGSL), the product. */
const RESCALING = 10 * 2 ** -24;

/** The product of two tensors of whole numbers, by the operator that has neither scales nor zero points. */
function multiplied({ call }: RuleCall, kind: Kind, a: Value, b: Value): Value {
  const node = changed(call.node, { opType: `${kind}Integer`, domain: "", input: ["a", "b"], output: ["y"] });
  return runNode(node, [a, b], { "": call.opset })[0] as Value;
}

/** Elements less their zero point, and how many steps they may be off: those of both. */
function operand(rule: RuleCall, kind: Kind, at: number, zeroAt: number): { real: Value; steps: Errors } {
  const { call, errors } = rule;
  const x = call.input(at);
  const along = (zero: Value | undefined) =>
    kind === "Conv"
      ? alongFilters(zero, x.dims.length)
      : alongMatrix(zero, zeroAt % 2 === 0 ? "rows" : "columns");
  return { real: centered(x, along(call.optional(zeroAt))), steps: errors[at] ?? null };
}

/** The sum of products, and how far the inputs' steps may move it: all of them in one direction, as they are few and whole. */
function accumulated(rule: RuleCall, kind: Kind, places: Places): { sums: Value; steps: Errors } {
  const a = operand(rule, kind, places.a, places.aZero);
  const b = operand(rule, kind, places.b, places.bZero);
  const sums = multiplied(rule, kind, a.real, b.real);
  if (rule.errors[places.aZero] || rule.errors[places.bZero])
    return { sums, steps: byZeroPoints(rule, kind, places, sums, a, b) };
  return { sums, steps: stepsOf(rule, kind, a, b) };
}

interface Operand {
  real: Value;
  steps: Errors;
}

function stepsOf(rule: RuleCall, kind: Kind, a: Operand, b: Operand): Errors {
  const product = (x: Value, y: Value) => Float64Array.from(multiplied(rule, kind, x, y).data as Int32Array);
  return added(
    a.steps && product(asValue(a.real, a.steps), magnitudes(b.real, b.steps)),
    b.steps && product(magnitudes(a.real), asValue(b.real, b.steps)),
  );
}

/** A zero point that may be a step off moves every element by that step. */
function byZeroPoints(
  rule: RuleCall,
  kind: Kind,
  { aZero, bZero }: Places,
  sums: Value,
  a: Operand,
  b: Operand,
): Errors {
  const widest = (errors: Errors = null) => largest(errors);
  const moved = ({ real, steps }: Operand, by: number): Operand => ({
    real,
    steps:
      by === 0 ? steps : Float64Array.from({ length: real.data.length }, (_, i) => by + (steps?.[i] ?? 0)),
  });
  const all = stepsOf(rule, kind, moved(a, widest(rule.errors[aZero])), moved(b, widest(rule.errors[bZero])));
  return all ?? new Float64Array(sums.data.length);
}

/** MatMulInteger and ConvInteger. */
export function integerProduct(kind: Kind): Rule {
  const places = { a: 0, aZero: 2, b: 1, bZero: 3 };
  return (rule) => {
    const known = rule.errors.every((each) => each === null);
    const steps = known ? null : accumulated(rule, kind, places).steps;
    return [{ passed: steps, own: null, why: STEPS }];
  };
}

/** QLinearMatMul and QLinearConv: the sum times the scales, rounded to a step of the result. */
export function requantizedProduct(kind: Kind): Rule {
  const places = { a: 0, aZero: 2, b: 3, bZero: 5 };
  return (rule) => {
    const { call, errors, outputs } = rule;
    const y = outputs[0] as Value;
    const { sums, steps } = accumulated(rule, kind, places);
    // Scales and the result's zero point are weights nearly always.
    if ([1, 4, 6, 7, 8].some((at) => errors[at]))
      return [{ passed: unbounded(y.data.length), own: null, why: "a scale or bias with errors" }];
    const wide = { ...sums, dtype: "float64" as const, data: Float64Array.from(sums.data as Int32Array) };
    const perFilter = (x: Value): Value =>
      kind === "MatMul" || x.data.length === 1
        ? x
        : { ...x, dims: [x.data.length, ...y.dims.slice(2).map(() => 1)] };
    const times = (a: Value, b: Value) => zip<number, number>(a, b, "float64", (p, q) => p * q);
    const factors = zip<number, number>(
      times(call.floats(1), perFilter(call.floats(4))),
      call.floats(6),
      "float64",
      (a, b) => a / b,
    );
    const bias = call.optional(8);
    const total = bias
      ? zip<number, number>(
          wide,
          perFilter({ ...bias, dtype: "float64", data: Float64Array.from(bias.data as Int32Array) }),
          "float64",
          (a, b) => a + b,
        )
      : wide;
    const ratio = times(total, factors);
    const moved = steps && times({ ...wide, data: steps }, factors);
    const zero = numberAt(call.input(7).data, 0);
    return [requantized(ratio, (moved?.data as Errors) ?? null, { y, zero })];
  };
}

function requantized(ratio: Value, moved: Errors, { y, zero }: { y: Value; zero: number }): OutputBound {
  const [low, high] = rangeOf(y.dtype);
  const cut = (each: number) => Math.max(low, Math.min(high, roundHalfToEven(each) + zero));
  const passed = Float64Array.from(ratio.data as Float64Array, (each, i) => {
    const margin = Math.abs(each) * RESCALING + Math.abs(moved?.[i] ?? 0);
    const at = numberAt(y.data, i);
    return Math.max(cut(each + margin) - at, at - cut(each - margin));
  });
  return { passed, own: null, why: "rounding to an integer: may differ near a half" };
}
