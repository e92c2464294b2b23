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
import { bidirectional } from "./bidirectional.js";
import { categoryEncoding } from "./category-encoding.js";
import { centerCrop } from "./center-crop.js";
import { concatenate } from "./concatenate.js";
import { convLstm2d } from "./conv-lstm2d.js";
import { conv1d } from "./conv1d.js";
import { conv2d } from "./conv2d.js";
import { conv2dTranspose } from "./conv2d-transpose.js";
import { conv3d } from "./conv3d.js";
import { conv3dTranspose } from "./conv3d-transpose.js";
import { cropping2d } from "./cropping2d.js";
import { dense } from "./dense.js";
import { depthwiseConv2d } from "./depthwise-conv2d.js";
import { dot } from "./dot.js";
import { dropout } from "./dropout.js";
import { elu } from "./elu.js";
import { embedding } from "./embedding.js";
import { flatten } from "./flatten.js";
import { gaussianDropout } from "./gaussian-dropout.js";
import { gaussianNoise } from "./gaussian-noise.js";
import { globalAveragePooling1d } from "./global-average-pooling1d.js";
import { globalAveragePooling2d } from "./global-average-pooling2d.js";
import { globalMaxPooling1d } from "./global-max-pooling1d.js";
import { globalMaxPooling2d } from "./global-max-pooling2d.js";
import { gru } from "./gru.js";
import { lambda } from "./lambda.js";
import { layerNormalization } from "./layer-normalization.js";
import { leakyRelu } from "./leaky-relu.js";
import { lstm } from "./lstm.js";
import { masking } from "./masking.js";
import { maxPooling1d } from "./max-pooling1d.js";
import { maxPooling2d } from "./max-pooling2d.js";
import { maxPooling3d } from "./max-pooling3d.js";
import { maximum } from "./maximum.js";
import { minimum } from "./minimum.js";
import { multiply } from "./multiply.js";
import { permute } from "./permute.js";
import { prelu } from "./prelu.js";
import { randomHeight } from "./random-height.js";
import { randomWidth } from "./random-width.js";
import { relu } from "./relu.js";
import { repeatVector } from "./repeat-vector.js";
import { rescaling } from "./rescaling.js";
import { reshape } from "./reshape.js";
import { resizing } from "./resizing.js";
import { rnn } from "./rnn.js";
import { separableConv2d } from "./separable-conv2d.js";
import { simpleRnn } from "./simple-rnn.js";
import { softmax } from "./softmax.js";
import { spatialDropout1d } from "./spatial-dropout1d.js";
import { thresholdedRelu } from "./thresholded-relu.js";
import { timeDistributed } from "./time-distributed.js";
import { upSampling2d } from "./up-sampling2d.js";
import { zeroPadding2d } from "./zero-padding2d.js";

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
    Bidirectional: bidirectional,
    CategoryEncoding: categoryEncoding,
    CenterCrop: centerCrop,
    Concatenate: concatenate,
    Conv1D: conv1d,
    Conv2D: conv2d,
    Conv2DTranspose: conv2dTranspose,
    Conv3D: conv3d,
    Conv3DTranspose: conv3dTranspose,
    ConvLSTM2D: convLstm2d,
    Cropping2D: cropping2d,
    Dense: dense,
    DepthwiseConv2D: depthwiseConv2d,
    Dot: dot,
    Dropout: dropout,
    ELU: elu,
    Embedding: embedding,
    Flatten: flatten,
    GaussianDropout: gaussianDropout,
    GaussianNoise: gaussianNoise,
    GlobalAveragePooling1D: globalAveragePooling1d,
    GlobalAveragePooling2D: globalAveragePooling2d,
    GlobalMaxPooling1D: globalMaxPooling1d,
    GlobalMaxPooling2D: globalMaxPooling2d,
    GRU: gru,
    Lambda: lambda,
    LayerNormalization: layerNormalization,
    LeakyReLU: leakyRelu,
    LSTM: lstm,
    Masking: masking,
    Maximum: maximum,
    MaxPooling1D: maxPooling1d,
    MaxPooling2D: maxPooling2d,
    MaxPooling3D: maxPooling3d,
    Minimum: minimum,
    Multiply: multiply,
    Permute: permute,
    PReLU: prelu,
    RandomHeight: randomHeight,
    RandomWidth: randomWidth,
    ReLU: relu,
    RepeatVector: repeatVector,
    Rescaling: rescaling,
    Reshape: reshape,
    Resizing: resizing,
    RNN: rnn,
    SeparableConv2D: separableConv2d,
    SimpleRNN: simpleRnn,
    Softmax: softmax,
    SpatialDropout1D: spatialDropout1d,
    ThresholdedReLU: thresholdedRelu,
    TimeDistributed: timeDistributed,
    UpSampling2D: upSampling2d,
    ZeroPadding2D: zeroPadding2d,
  },
);
