import { Registry } from "@congruent/core";
import type { LayerConverter } from "../layer-converter.js";
import { activation } from "./activation.js";
import { add } from "./add.js";
import { alphaDropout } from "./alpha-dropout.js";
import { average } from "./average.js";
import { averagePooling1d } from "./average-pooling1d.js";
import { averagePooling2d } from "./average-pooling2d.js";
import { averagePooling3d } from "./average-pooling3d.js";
import { batchNormalization } from "./batch-normalization.js";
import { concatenate } from "./concatenate.js";
import { conv1d } from "./conv1d.js";
import { conv2d } from "./conv2d.js";
import { conv3d } from "./conv3d.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { flatten } from "./flatten.js";
import { gaussianDropout } from "./gaussian-dropout.js";
import { gaussianNoise } from "./gaussian-noise.js";
import { globalAveragePooling1d } from "./global-average-pooling1d.js";
import { globalAveragePooling2d } from "./global-average-pooling2d.js";
import { globalMaxPooling1d } from "./global-max-pooling1d.js";
import { globalMaxPooling2d } from "./global-max-pooling2d.js";
import { inputLayer } from "./input-layer.js";
import { maxPooling1d } from "./max-pooling1d.js";
import { maxPooling2d } from "./max-pooling2d.js";
import { maxPooling3d } from "./max-pooling3d.js";
import { maximum } from "./maximum.js";
import { minimum } from "./minimum.js";
import { multiply } from "./multiply.js";
import { permute } from "./permute.js";
import { repeatVector } from "./repeat-vector.js";
import { reshape } from "./reshape.js";
import { spatialDropout1d } from "./spatial-dropout1d.js";

/** The layers that are built in, by the class name that a saved model has. */
export const LAYERS = new Registry<LayerConverter>(
  { kind: "layer", code: "E_LAYER_UNKNOWN" },
  {
    Activation: activation,
    Add: add,
    AlphaDropout: alphaDropout,
    Average: average,
    AveragePooling1D: averagePooling1d,
    AveragePooling2D: averagePooling2d,
    AveragePooling3D: averagePooling3d,
    BatchNormalization: batchNormalization,
    Concatenate: concatenate,
    Conv1D: conv1d,
    Conv2D: conv2d,
    Conv3D: conv3d,
    Dense: dense,
    Dropout: dropout,
    Flatten: flatten,
    GaussianDropout: gaussianDropout,
    GaussianNoise: gaussianNoise,
    GlobalAveragePooling1D: globalAveragePooling1d,
    GlobalAveragePooling2D: globalAveragePooling2d,
    GlobalMaxPooling1D: globalMaxPooling1d,
    GlobalMaxPooling2D: globalMaxPooling2d,
    InputLayer: inputLayer,
    MaxPooling1D: maxPooling1d,
    MaxPooling2D: maxPooling2d,
    MaxPooling3D: maxPooling3d,
    Maximum: maximum,
    Minimum: minimum,
    Multiply: multiply,
    Permute: permute,
    RepeatVector: repeatVector,
    Reshape: reshape,
    SpatialDropout1D: spatialDropout1d,
  },
);
