import type { Check } from "./junit.js";

export interface SheetTable {
  caption: string;
  columns: readonly { title: string; numeric?: boolean }[];
  rows: readonly (readonly string[])[];
}

/** A verb's result in the form that every report format can be made of: data stays data, the rest is text. */
export interface Sheet {
  title: string;
  /** One sentence: what came out. */
  lead: string;
  tone: "good" | "bad" | "neutral";
  facts: readonly { name: string; value: string }[];
  tables: readonly SheetTable[];
  /** Plain sentences below the tables. */
  notes: readonly string[];
  /** What a CI server counts. */
  checks: readonly Check[];
  /** The JSON document. */
  data: unknown;
}
