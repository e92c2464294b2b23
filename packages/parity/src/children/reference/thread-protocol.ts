import type { CongruentErrorOptions } from "@congruent/core";
import type { Tensors } from "../../runner.js";
import type { ReferencePart, ReferenceRequest } from "../protocol.js";

/** What a thread is started with. */
export type ThreadModel = Pick<ReferenceRequest, "modelPath" | "batching">;

/** A piece of work: consecutive samples. */
export interface ThreadWork {
  feeds: Tensors;
  samples: number;
}

export type ThreadAnswer = { ok: true; part: ReferencePart } | { ok: false; error: CongruentErrorOptions };
