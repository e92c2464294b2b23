import type { OrtRuntime } from "@congruent/core/essentials";
import type { Cure } from "./cures.js";

/** What came of one runtime. */
export interface Attempt {
  runtime: OrtRuntime;
  /**
   * `right`: every output is within its bound of the golden one; `wrong`: one is not; `failed`: it broke; `hung`: it was not done in its time;
   * `unavailable`: it cannot be used here; `not tried`: it stands in for another one, which was not wrong.
   */
  status: "right" | "wrong" | "failed" | "hung" | "unavailable" | "not tried";
  /** In one sentence; null where it is right. */
  reason: string | null;
  /** The options of the passport that it was run with; null for the runtime as it is. */
  cure: Cure | null;
  /** The output that is farthest beyond its bound, or nearest to it; null where nothing was computed. */
  worst: { output: string; maxAbs: number | null; bound: number | null; why: string } | null;
  /** Of one run of the golden inputs, the median of a few after the first; null where there was none. */
  seconds: number | null;
}

/** How a model that was loaded with a passport came to its runtime. */
export interface Selection {
  runtime: OrtRuntime;
  cure: Cure | null;
  /** Whether the golden inputs were run in this very load. */
  verified: boolean;
  /** Whether it is an earlier load's choice on this device: the same file, ONNX Runtime, adapter and browser. */
  remembered: boolean;
  /** Why the choice could not be kept for the next load; null where it was, and where it was not asked for. */
  notKept: string | null;
  /** In the order in which they were tried; empty where the choice was remembered or nothing was verified. */
  tried: readonly Attempt[];
}
