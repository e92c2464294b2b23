/** A run against the reference alone, on the reference's samples. */
import { CongruentError, messageOf } from "@congruent/core";
import type { Ran, Rules } from "./cell-of.js";
import type { Judgement } from "./decision.js";
import { type AgainstReference, againstReference } from "./pairs.js";

export type Status = Pick<Judgement, "status" | "reason">;

/** What is decided of runs, and what a report should say of it. */
export interface Found {
  found: Map<Ran, Status>;
  notes: string[];
}

export interface FirstLook {
  toReference: AgainstReference | null;
  error: string | null;
}

export function firstLook(run: Ran, reference: Ran, rules: Rules): FirstLook {
  try {
    return { toReference: againstReference(run, reference, rules), error: null };
  } catch (error) {
    return { toReference: null, error: error instanceof CongruentError ? error.what : messageOf(error) };
  }
}

export function isRight(look: FirstLook | undefined): boolean {
  return look?.toReference != null && look.toReference.comparison.reason === null;
}
