import type * as tfjs from "@tensorflow/tfjs";
import { registerNodeKernel, type Tensor, type TensorFlow, typeAttribute } from "../tensorflow.js";

const FLOAT = 1;

/**
 * Gives tfjs-node the kernel behind `tf.image.transform`, which it lacks: TensorFlow's ImageProjectiveTransformV3,
 * float32 [batch, height, width, channels].
 */
export function registerTransformKernel(tf: TensorFlow): void {
  registerNodeKernel<{ image: Tensor; transforms: Tensor }, tfjs.TransformAttrs>(
    tf,
    "Transform",
    ({ image, transforms }, backend, attributes) => {
      const { interpolation, fillMode, fillValue, outputShape } = attributes;
      const text = (name: string, value: string) => ({
        name,
        type: backend.binding.TF_ATTR_STRING,
        value: value.toUpperCase(),
      });
      const size = tf.tensor1d(outputShape ?? (image.shape.slice(1, 3) as [number, number]), "int32");
      const fill = tf.scalar(fillValue);
      const output = backend.executeSingleOutput(
        "ImageProjectiveTransformV3",
        [
          typeAttribute(backend, "dtype", FLOAT),
          text("interpolation", interpolation),
          text("fill_mode", fillMode),
        ],
        [image, transforms, size, fill],
      );
      tf.dispose([size, fill]);
      return output;
    },
  );
}
