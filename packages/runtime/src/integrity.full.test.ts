/** The same as integrity.test.ts, of ten thousand. */
import { it } from "@jest/globals";
import { expectNoneLoads } from "./testing/expect-none-loads.js";

it("none of 10,000 damaged pairs of model and passport gets as far as a session", () =>
  expectNoneLoads(10_000));
