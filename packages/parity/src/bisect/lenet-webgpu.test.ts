/** A part of LeNet in Node and in a browser; the whole of it, and the repro in a browser, are in lenet-webgpu.full.test. */
import { describeLenetWebgpu, secondConvolution } from "./testing/describe-lenet-webgpu.js";

describeLenetWebgpu("in Node", secondConvolution, true);
describeLenetWebgpu("in a browser", secondConvolution, false);
