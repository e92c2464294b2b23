/**
 * The layers that UpscalerJS' ESRGAN has of its own, for tfjs and for the exporter, by what the package says of them: a multiplication by a number, and depth
 * to space.
 */
import { layerConverters } from "../../packages/converter/src/index.ts";

const BETA = 0.2;
const SCALE = 4;
const only = (inputs) => (Array.isArray(inputs) ? inputs[0] : inputs);

/** Registers them with a tfjs module. */
export function registerUpscalerLayers(tf) {
  class MultiplyBeta extends tf.layers.Layer {
    static className = "MultiplyBeta";
    call(inputs) {
      return tf.mul(only(inputs), BETA);
    }
  }
  class PixelShuffle4x extends tf.layers.Layer {
    static className = "PixelShuffle4x";
    computeOutputShape([batch, height, width, depth]) {
      const times = (size) => (size === null ? null : size * SCALE);
      return [batch, times(height), times(width), depth / SCALE ** 2];
    }
    call(inputs) {
      return tf.depthToSpace(only(inputs), SCALE, "NHWC");
    }
  }
  for (const layer of [MultiplyBeta, PixelShuffle4x]) tf.serialization.registerClass(layer);
}

/** How they become nodes. */
export const upscalerConverters = layerConverters({
  MultiplyBeta: {
    convert(layer) {
      layer.config.number("beta", BETA);
      return layer.node("Mul", [layer.input, layer.scalar("beta", BETA)]);
    },
  },
  PixelShuffle4x: {
    convert(layer) {
      layer.config.number("scale", SCALE);
      const [batch, height, width, depth] = layer.input.shape;
      const first = layer.node("Transpose", [layer.input], {
        attributes: { perm: [0n, 3n, 1n, 2n] },
        shape: [batch, depth, height, width],
      });
      const channels = depth / SCALE ** 2;
      const [tall, wide] = [height, width].map((size) =>
        typeof size === "number" ? size * SCALE : `${SCALE}*${size}`,
      );
      const shuffled = layer.node("DepthToSpace", [first], {
        attributes: { blocksize: BigInt(SCALE), mode: "DCR" },
        shape: [batch, channels, tall, wide],
      });
      return layer.node("Transpose", [shuffled], {
        attributes: { perm: [0n, 2n, 3n, 1n] },
        shape: [batch, tall, wide, channels],
      });
    },
  },
});
