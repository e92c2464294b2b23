import type { TensorFlow as WithoutNode } from "@congruent/zoo";
import type * as tfjs from "@tensorflow/tfjs";
import type { Tensor, TensorFlow } from "../tensorflow.js";

export type Symbolic = ReturnType<TensorFlow["input"]>;
type Layer = tfjs.layers.Layer;

/** The images, 0 to 1, in another shape. */
export function pixels(tf: TensorFlow, targetShape: number[]): Layer[] {
  return [tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }), tf.layers.reshape({ targetShape })];
}

/** Four classes. */
export function classes(tf: TensorFlow, seed: number): Layer {
  return tf.layers.dense({ units: 4, activation: "softmax", kernelInitializer: seeded(tf, seed) });
}

/** Four classes of what has more than one dimension. */
export function head(tf: TensorFlow, seed: number): Layer[] {
  return [tf.layers.flatten(), classes(tf, seed)];
}

export function functional(tf: TensorFlow, targetShape: number[]): [Symbolic, Symbolic] {
  const input = tf.input({ shape: [8, 8, 1] });
  return [
    input,
    through(input, [tf.layers.rescaling({ scale: 1 / 255 }), tf.layers.reshape({ targetShape })]),
  ];
}

export function through(input: Symbolic, layers: readonly Layer[]): Symbolic {
  return layers.reduce((x, layer) => layer.apply(x) as Symbolic, input);
}

export function seeded(
  tf: TensorFlow,
  seed: number,
): ReturnType<TensorFlow["initializers"]["glorotUniform"]> {
  return tf.initializers.glorotUniform({ seed });
}

/** A recurrent layer or cell of so many units whose weights, but for the bias, come from two seeds. */
export function seededUnits(
  tf: TensorFlow,
  units: number,
  seed: number,
): Record<"kernelInitializer" | "recurrentInitializer", ReturnType<typeof seeded>> & { units: number } {
  return { units, kernelInitializer: seeded(tf, seed), recurrentInitializer: seeded(tf, seed + 1) };
}

/** A layer of an author's own, for one input. */
export function customLayer(
  tf: WithoutNode,
  name: string,
  call: (x: Tensor, training: boolean) => Tensor,
): Layer {
  class Custom extends tf.layers.Layer {
    static className = "Custom";
    override call(inputs: Tensor | Tensor[], { training }: { training?: boolean }): Tensor {
      const [x] = [inputs].flat() as [Tensor];
      return tf.tidy(() => call(x, training === true));
    }
  }
  return new Custom({ name }) as unknown as Layer;
}
