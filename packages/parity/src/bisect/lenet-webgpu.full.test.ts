/** The whole network, in Node and in a browser, with a repro that fails by itself in each. */
import { describeLenetWebgpu, wholeLenet } from "./testing/describe-lenet-webgpu.js";

describeLenetWebgpu("in Node", wholeLenet, true);
describeLenetWebgpu("in a browser", wholeLenet, true);
