import type { StudyModelRow, StudyResult } from "@congruent/core/schemas";
import type { Figure } from "../figures/figure.js";
import type { SheetTable } from "../formats/sheet.js";

/** A figure with the name that its files have. */
export interface NamedFigure {
  /** Lower-case letters, digits and dashes, once in a document. */
  name: string;
  figure: Figure;
  /** A sentence below it. */
  note?: string;
}

/** What a section is made of. Consecutive figures are placed next to each other where there is room. */
export type DocumentBlock =
  | { kind: "text"; text: string }
  | { kind: "quirk"; text: string }
  | ({ kind: "table" } & SheetTable)
  | ({ kind: "figure" } & NamedFigure);

export interface DocumentSection {
  id: string;
  title: string;
  blocks: readonly DocumentBlock[];
}

/** A study's report before it becomes a page, Markdown and JSON: figures are still drawings of their data. */
export interface StudyDocument {
  name: string;
  title: string;
  /** What stands above the title, such as "Study A". */
  kicker: string;
  lead: string;
  dataset: string;
  quick: boolean;
  headlines: readonly { name: string; value: string; hint: string }[];
  models: readonly StudyModelRow[];
  /** What is not here: models, a search. */
  missing: readonly string[];
  sections: readonly DocumentSection[];
}

/**
 * Where a figure's files lie, relative to the report.
 *
 * @example
 * ```ts
 * figureFiles("accuracy"); // => { svg: "figures/accuracy.svg", png: "figures/accuracy.png" }
 * ```
 */
export function figureFiles(name: string): { svg: string; png: string } {
  return { svg: `figures/${name}.svg`, png: `figures/${name}.png` };
}

/** The figures of a document in their order. */
export function documentFigures({ sections }: Pick<StudyDocument, "sections">): NamedFigure[] {
  return sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "figure" ? [block] : [])),
  );
}

/** The document as the data of `congruent/study@1`: figures by the names of their files. */
export function studyResult(document: StudyDocument): StudyResult {
  const { name, title, lead, dataset, quick, models, missing, sections } = document;
  return {
    schema: "congruent/study@1",
    name,
    title,
    lead,
    dataset,
    quick,
    complete: missing.length === 0,
    missing: [...missing],
    models: [...models],
    sections: sections.map(({ id, title, blocks }) => ({ id, title, blocks: blocks.map(blockData) })),
  };
}

function blockData(block: DocumentBlock): StudyResult["sections"][number]["blocks"][number] {
  switch (block.kind) {
    case "figure": {
      const { figure, name, note = null } = block;
      const { title, description } = figure;
      return { kind: "figure", title, description, note, ...figureFiles(name) };
    }
    case "table": {
      const { caption, columns, rows } = block;
      return {
        kind: "table",
        caption,
        columns: columns.map((column) => ({ ...column })),
        rows: rows.map((row) => [...row]),
      };
    }
    default:
      return { ...block };
  }
}
