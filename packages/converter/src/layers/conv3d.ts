import { convolution } from "../families/convolution.js";

export const conv3d = convolution(3);
