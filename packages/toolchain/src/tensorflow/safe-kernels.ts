/** Kernels of tfjs-node that call an operator of TensorFlow's which is not safe, replaced by others that compute the same. */
type TensorFlow = typeof import("@tensorflow/tfjs-node");
type Kernel = NonNullable<ReturnType<TensorFlow["getKernel"]>>;
type KernelFunc = Kernel["kernelFunc"];
type Tensor4D = import("@tensorflow/tfjs-node").Tensor4D;

const FILTER_GRADIENT = "Conv2DBackpropFilter";
const BACKEND = "tensorflow";

/** Those of which it was done: a process has one of each device at most. */
const safe = new WeakSet<TensorFlow>();

/**
 * Makes tfjs safe where TensorFlow 2.21 writes beyond its memory: in the gradient by a filter of 1 × 1 whose strides differ, on processors with
 * AVX-512. Such a filter sees one pixel of each stride and no others, so that the gradient is that of the pixels alone, with strides of 1. Every
 * training goes through this kernel: one by tf.grads, by model.fit, by the eager engine, and one that is captured.
 */
export function replaceUnsafeKernels(tf: TensorFlow): void {
  if (safe.has(tf)) return;
  safe.add(tf);
  const original = tf.getKernel(FILTER_GRADIENT, BACKEND);
  if (!original) return;
  tf.unregisterKernel(FILTER_GRADIENT, BACKEND);
  tf.registerKernel({ ...original, kernelFunc: filterGradient(tf, original.kernelFunc) });
}

interface Attributes {
  strides: [number, number] | number;
  pad: unknown;
  dataFormat: "NHWC" | "NCHW";
  filterShape: [number, number, number, number];
}

function filterGradient(tf: TensorFlow, original: KernelFunc): KernelFunc {
  return (parameters) => {
    const attributes = parameters.attrs as unknown as Attributes;
    const { strides: given, filterShape, dataFormat } = attributes;
    const [strideY, strideX] = typeof given === "number" ? [given, given] : given;
    const [height, width] = filterShape;
    if (height !== 1 || width !== 1 || strideY === strideX) return original(parameters);
    const x = parameters.inputs.x as Tensor4D;
    const strides = dataFormat === "NCHW" ? [1, 1, strideY, strideX] : [1, strideY, strideX, 1];
    const seen = tf.stridedSlice(x, [0, 0, 0, 0], x.shape, strides);
    try {
      return original({
        ...parameters,
        inputs: { ...parameters.inputs, x: seen },
        attrs: { ...parameters.attrs, strides: [1, 1] },
      });
    } finally {
      seen.dispose();
    }
  };
}
