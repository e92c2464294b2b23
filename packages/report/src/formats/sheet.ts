import type { Check } from "./junit.js";

export interface SheetColumn {
  title: string;
  /** Numbers are aligned to the right. */
  numeric?: boolean;
  /** Hashes and paths are set in a fixed width. */
  code?: boolean;
}

/** A name with its value. */
export interface Fact {
  name: string;
  value: string;
  /** One sentence that explains the name, where it needs one. */
  hint?: string;
}

export interface SheetTable {
  caption: string;
  columns: readonly SheetColumn[];
  rows: readonly (readonly string[])[];
}

/** A verb's result in the form that every report format can be made of: data stays data, the rest is text. */
export interface Sheet {
  title: string;
  /** One sentence: what came out. */
  lead: string;
  tone: "good" | "bad" | "neutral";
  facts: readonly Fact[];
  tables: readonly SheetTable[];
  /** Plain sentences below the tables. */
  notes: readonly string[];
  /** What a CI server counts. */
  checks: readonly Check[];
  /** The JSON document. */
  data: unknown;
}
