/**
 * The whole network, in Node and in a browser, with a repro that fails by itself in each.
 *
 * @needs browser web
 */
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeLenetWebgpu, wholeLenet } from "./testing/describe-lenet-webgpu.js";

jest.setTimeout(timeLimits.programs);

describeLenetWebgpu("in Node", wholeLenet, true);
describeLenetWebgpu("in a browser", wholeLenet, true);
