import type { DocumentBlock, DocumentSection, Figure, SheetTable } from "@congruent/report";

/** What a section's parts may be: nothing, a block, or several. */
export type Part = DocumentBlock | readonly Part[] | null;

/** A section of a report; parts that are nothing are left out. */
export function section(id: string, title: string, ...parts: Part[]): DocumentSection {
  return { id, title, blocks: parts.flatMap(blocksOf) };
}

function blocksOf(part: Part): DocumentBlock[] {
  if (part === null) return [];
  return "kind" in part ? [part] : part.flatMap(blocksOf);
}

/** A paragraph. */
export function text(words: string): DocumentBlock {
  return { kind: "text", text: words };
}

/** What the study did otherwise than one would. */
export function quirk(words: string): DocumentBlock {
  return { kind: "quirk", text: words };
}

export function table(
  caption: string,
  columns: SheetTable["columns"],
  rows: SheetTable["rows"],
): DocumentBlock {
  return { kind: "table", caption, columns, rows };
}

/**
 * A figure with the name of its files; `title` instead of its own where a report has several of a kind.
 */
export function figure(
  name: string,
  drawn: Figure,
  { title = drawn.title, note }: { title?: string; note?: string } = {},
): DocumentBlock {
  return { kind: "figure", name, figure: { ...drawn, title }, ...(note !== undefined && { note }) };
}
