import { transposedConvolution } from "../families/transposed-convolution.js";

export const conv2dTranspose = transposedConvolution(2);
