import { transposedConvolution } from "../families/transposed-convolution.js";

export const conv3dTranspose = transposedConvolution(3);
