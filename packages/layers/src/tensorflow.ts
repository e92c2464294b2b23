import type { Tfjs } from "@congruent/toolchain";
import type * as tfjs from "@tensorflow/tfjs";

/** Any tfjs: with TensorFlow's kernels or its own. */
export type TensorFlow = Tfjs;
export type Tensor = tfjs.Tensor;
export type LayersModel = tfjs.LayersModel;
