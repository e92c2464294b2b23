/** Child process: `node smoke-test.js cpu|gpu` exits with 0 when the compiled addon computes. */
import { addonPath, type TensorFlowDevice } from "./addon-place.js";
import { loadTensorFlow, whyNoGpu } from "./load-tensorflow.js";

const device = process.argv[2] as TensorFlowDevice;

if (device === "gpu" && whyNoGpu() !== null) {
  // Without a driver nothing can be computed, but the test still shows that the addon finds its libraries.
  process.dlopen({ exports: {} }, addonPath("gpu"));
} else {
  const tf = await loadTensorFlow({ device });
  const product = tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2]));
  const got = Array.from(product.dataSync()).join(" ");
  if (got !== "19 22 43 50") throw new Error(`2 × 2 matrix product: expected 19 22 43 50, got ${got}`);
}
