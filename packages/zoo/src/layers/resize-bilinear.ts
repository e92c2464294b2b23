import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "../architecture.js";
import { type LayerClass, only } from "./layer-class.js";

export interface ResizeBilinearConfig {
  name?: string;
  height: number;
  width: number;
}

/**
 * Resizes images by bilinear interpolation between pixel centres, as Keras' `Resizing` does. (tfjs' own `resizing`
 * aligns the corners instead, which gives other values.)
 *
 * Input float32 [batch, h, w, channels], output float32 [batch, height, width, channels]. No weights.
 */
export function resizeBilinear(tf: TensorFlow): LayerClass<ResizeBilinearConfig> {
  return class ResizeBilinear extends tf.layers.Layer {
    static className = "ResizeBilinear";
    readonly size: [height: number, width: number];

    constructor(config: ResizeBilinearConfig) {
      super(config as object);
      this.size = [config.height, config.width];
    }

    override computeOutputShape(inputShape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape {
      const [batch = null, , , channels = null] = inputShape as tfjs.Shape;
      return [batch, ...this.size, channels];
    }

    override call(inputs: tfjs.Tensor | tfjs.Tensor[]): tfjs.Tensor {
      const [alignCorners, halfPixelCenters] = [false, true];
      return tf.image.resizeBilinear(
        only(inputs) as tfjs.Tensor4D,
        this.size,
        alignCorners,
        halfPixelCenters,
      );
    }

    override getConfig(): tfjs.serialization.ConfigDict {
      const [height, width] = this.size;
      return { ...super.getConfig(), height, width };
    }
  };
}
