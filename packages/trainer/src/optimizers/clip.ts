import type { OptimizerConfig } from "@congruent/core/schemas";
import { FLOAT_T, floatConstant, floatOperator } from "../graph/float-operators.js";
import { attribute, type GraphBuilder, type Ref } from "../graph/graph-builder.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/** A way to keep gradients small, in the graph and eagerly, as Keras' `Optimizer._clip_gradients`. */
interface Clipping {
  inGraph(builder: GraphBuilder, gradients: readonly Ref[], limit: number): Ref[];
  eagerly(tf: TensorFlow, gradients: readonly Tensor[], limit: number): Tensor[];
}

const clippings: Record<"clipnorm" | "clipvalue" | "globalClipnorm", Clipping> = {
  clipnorm: {
    inGraph(builder, gradients, limit) {
      const bound = floatConstant(builder, "clipnorm", limit);
      return gradients.map((gradient) => {
        const norm = sqrt(builder, sumOfSquares(builder, gradient));
        return scaled(builder, gradient, bound, norm);
      });
    },
    eagerly: (tf, gradients, limit) =>
      gradients.map((g) => tf.div(tf.mul(g, limit), tf.maximum(tf.sqrt(tf.sum(tf.square(g))), limit))),
  },

  globalClipnorm: {
    inGraph(builder, gradients, limit) {
      const bound = floatConstant(builder, "globalClipnorm", limit);
      const squares = gradients.map((gradient) => sumOfSquares(builder, gradient));
      const total = builder.add("AddN", "globalClipnorm/sum", squares, {
        ...FLOAT_T,
        N: attribute.int(squares.length),
      });
      const norm = sqrt(builder, total);
      return gradients.map((gradient) => scaled(builder, gradient, bound, norm));
    },
    eagerly(tf, gradients, limit) {
      const total = gradients.map((g) => tf.sum(tf.square(g))).reduce((sum, square) => tf.add(sum, square));
      const norm = tf.maximum(tf.sqrt(total), limit);
      return gradients.map((g) => tf.div(tf.mul(g, limit), norm));
    },
  },

  clipvalue: {
    inGraph(builder, gradients, limit) {
      const [low, high] = [
        floatConstant(builder, "clipvalue/low", -limit),
        floatConstant(builder, "clipvalue/high", limit),
      ];
      return gradients.map((gradient) =>
        floatOperator(builder, "ClipByValue", "clipped", [gradient, low, high]),
      );
    },
    eagerly: (tf, gradients, limit) => gradients.map((g) => tf.clipByValue(g, -limit, limit)),
  },
};

/** The clipping that an optimizer is configured with, and its limit; null for none. */
export function clippingOf(config: OptimizerConfig): { clipping: Clipping; limit: number } | null {
  for (const [key, clipping] of Object.entries(clippings)) {
    const limit = config[key as keyof typeof clippings];
    if (limit !== undefined) return { clipping, limit };
  }
  return null;
}

function sumOfSquares(builder: GraphBuilder, gradient: Ref): Ref {
  const half = floatOperator(builder, "L2Loss", "half", [gradient]);
  return floatOperator(builder, "Mul", "squares", [half, floatConstant(builder, "two", 2)]);
}

function sqrt(builder: GraphBuilder, value: Ref): Ref {
  return floatOperator(builder, "Sqrt", "norm", [value]);
}

/** gradient * bound / max(norm, bound): unchanged where the norm is at most the bound. */
function scaled(builder: GraphBuilder, gradient: Ref, bound: Ref, norm: Ref): Ref {
  const divisor = floatOperator(builder, "Maximum", "divisor", [norm, bound]);
  return floatOperator(builder, "RealDiv", "clipped", [
    floatOperator(builder, "Mul", "raised", [gradient, bound]),
    divisor,
  ]);
}
