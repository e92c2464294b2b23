/** The protocol of every tool here: inspect it and, where possible, provide it. */

/** What looking at a tool found. Plain data, for `congruent doctor`. */
export interface Inspection {
  found: boolean;
  version: string | null;
  /** Where it is, or what it runs on. */
  detail: string | null;
  /** Why it was not found or cannot be used; `null` when `found`. */
  why: string | null;
  /** What the user can type or do; `null` when `found`. */
  fix: string | null;
}

/** Told what a step is doing right now, in a few words. */
export type Progress = (text: string) => void;

export interface Provision {
  /** `unavailable`: it cannot be provided here, and no later step needs it. */
  outcome: "done" | "up to date" | "unavailable";
  detail: string;
}

export interface Tool {
  /** Stable key: `chromium`, `cuda-driver` … */
  name: string;
  title: string;
  /** Whether the pipeline works without it. */
  optional: boolean;
  /** Looks, and changes nothing. A CongruentError thrown here counts as not found: `inspectAll` never throws. */
  inspect(): Promise<Inspection>;
}

/** An `Inspection` of something that is there. */
export function present(version: string | null, detail: string | null = null): Inspection {
  return { found: true, version, detail, why: null, fix: null };
}

/** An `Inspection` of something that is not. */
export function absent(why: string, fix: string, detail: string | null = null): Inspection {
  return { found: false, version: null, detail, why, fix };
}
