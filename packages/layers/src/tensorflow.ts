import type { TensorFlow } from "@congruent/toolchain";
import type * as tfjs from "@tensorflow/tfjs";

export type { TensorFlow };
export type Tensor = tfjs.Tensor;
export type LayersModel = tfjs.LayersModel;
