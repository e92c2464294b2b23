import { broadcast } from "../shape.js";
import type { ShapeRule } from "../shape-call.js";

const words = (text: string) => text.trim().split(/\s+/);
const keep: ShapeRule = ({ shape, node }) => node.output.map((_, i) => (i === 0 ? shape(0) : undefined));

/** The first output has the shape of the first input. */
export const KEEPING: readonly string[] = words(`
  Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization BitwiseNot Cast CastLike Ceil Celu Clip Cos Cosh CumProd CumSum DequantizeLinear
  Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization IsInf IsNaN
  LRN LayerNormalization LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg Not PRelu QuantizeLinear
  RMSNormalization Reciprocal Relu ReverseSequence Round ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus
  Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu
`);

/** All inputs broadcast each other. */
export const BROADCASTING: readonly string[] = words(`
  Add And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or Pow Sub Sum
  Where Xor
`);

export const elementwise: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(KEEPING.map((operator) => [operator, keep])),
  ...Object.fromEntries(
    BROADCASTING.map((operator): [string, ShapeRule] => [
      operator,
      // Before version 7 an attribute said how to broadcast.
      ({ node, shape, scope }) => (scope.opset < 7 ? [] : [broadcast(node.input.map((_, i) => shape(i)))]),
    ]),
  ),
};
