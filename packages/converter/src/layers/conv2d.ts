import { convolution } from "../families/convolution.js";

export const conv2d = convolution(2);
