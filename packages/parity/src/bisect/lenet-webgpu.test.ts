/**
 * A part of LeNet in Node and in a browser; the whole of it, and the repro in a browser, are in lenet-webgpu.full.test.
 *
 * @needs browser web
 */
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeLenetWebgpu, secondConvolution } from "./testing/describe-lenet-webgpu.js";

jest.setTimeout(timeLimits.programs);

describeLenetWebgpu("in Node", secondConvolution, true);
describeLenetWebgpu("in a browser", secondConvolution, false);
