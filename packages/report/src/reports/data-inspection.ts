import {
  type DataInspection,
  dataInspectionSchema,
  type InspectedArray,
  type InspectedImages,
  type MissingValues,
} from "@congruent/core/schemas";
import { formatCount, formatPlural } from "../formats/numbers.js";
import type { Sheet, SheetTable } from "../formats/sheet.js";
import { defineReport } from "./report-definition.js";

/** How many of an image's pixels are shown from either end. */
const ENDS = 3;

/** What `congruent data inspect` found as a sheet; one check: that no value is missing. */
export function inspectionSheet(inspection: DataInspection): Sheet {
  const { title, notes, sha256 } = inspection;
  const parts = partsOf(inspection);
  const missing = parts.flatMap(({ name, missing }) =>
    missing.total > 0 ? [`${name}: ${missingLine(missing)}`] : [],
  );
  const lead =
    missing.length === 0
      ? `${formatPlural(parts.length, "array")}, no values missing.`
      : `Values are missing in ${formatPlural(missing.length, "array")} of ${parts.length}.`;
  return {
    title,
    lead,
    tone: missing.length === 0 ? "neutral" : "bad",
    facts: [
      ...(inspection.kind === "dataset" ? [{ name: "license", value: inspection.license }] : []),
      ...Object.entries(sha256).map(([name, value]) => ({ name: `sha256 of ${name}`, value })),
    ],
    tables: [arraysTable(parts), ...countsTables(inspection), ...headTables(inspection)],
    notes: [...notes, ...missing],
    checks: [
      {
        name: "missing values",
        group: `data.${inspection.name}`,
        outcome: missing.length === 0 ? "pass" : "fail",
        message: lead,
        detail: missing.join("\n"),
      },
    ],
    data: inspection,
  };
}

interface Part {
  name: string;
  dtype: string;
  shape: readonly number[];
  missing: MissingValues;
  range: { min: number; max: number; mean: number } | null;
}

function partsOf(inspection: DataInspection): Part[] {
  if (inspection.kind === "arrays") return inspection.arrays;
  return imagesOf(inspection).map(({ name, images }) => ({ name, ...images, range: images.pixels }));
}

function imagesOf(inspection: DataInspection): { name: string; images: InspectedImages }[] {
  if (inspection.kind === "images") return [{ name: "images", images: inspection.images }];
  if (inspection.kind === "arrays") return [];
  return [
    { name: "train", images: inspection.train },
    { name: "test", images: inspection.test },
  ];
}

function arraysTable(parts: readonly Part[]): SheetTable {
  return {
    caption: "Shapes",
    columns: [
      { title: "array" },
      { title: "dtype" },
      { title: "shape" },
      { title: "missing", numeric: true },
      { title: "min", numeric: true },
      { title: "max", numeric: true },
      { title: "mean", numeric: true },
    ],
    rows: parts.map(({ name, dtype, shape, missing, range }) => [
      name,
      dtype,
      `[${shape.join(", ")}]`,
      formatCount(missing.total),
      ...(range ? [range.min, range.max, range.mean].map(shortNumber) : ["", "", ""]),
    ]),
  };
}

function countsTables(inspection: DataInspection): SheetTable[] {
  const counted =
    inspection.kind === "arrays"
      ? inspection.arrays.flatMap(({ name, counts }) => (counts ? [{ name, counts }] : []))
      : imagesOf(inspection).map(({ name, images }) => ({ name, counts: images.counts }));
  if (counted.length === 0) return [];
  const labels =
    inspection.kind === "arrays"
      ? Array.from({ length: Math.max(...counted.map(({ counts }) => counts.length)) }, (_, i) => String(i))
      : inspection.labels;
  return [
    {
      caption: "Label counts",
      columns: [{ title: "label" }, ...counted.map(({ name }) => ({ title: name, numeric: true }))],
      rows: labels.map((label, i) => [label, ...counted.map(({ counts }) => formatCount(counts[i] ?? 0))]),
    },
  ];
}

function headTables(inspection: DataInspection): SheetTable[] {
  if (inspection.kind === "arrays") {
    return inspection.arrays.filter(({ head }) => head.length > 0).map((array) => arrayHead(array));
  }
  const { labels } = inspection;
  return imagesOf(inspection).flatMap(({ name, images: { head } }) =>
    head.length === 0 ? [] : [imagesHead(name, labels, head)],
  );
}

function imagesHead(name: string, labels: readonly string[], head: InspectedImages["head"]): SheetTable {
  const count = head[0]?.pixels.length ?? 0;
  const positions = Array.from({ length: count }, (_, i) => i);
  const ends = count <= 2 * ENDS ? positions : [...positions.slice(0, ENDS), ...positions.slice(-ENDS)];
  return {
    caption: `First rows of ${name}`,
    columns: [
      { title: "row", numeric: true },
      { title: "label" },
      ...ends.map((i) => ({ title: `pixel${i}`, numeric: true })),
      { title: "not 0", numeric: true },
    ],
    rows: head.map(({ label, pixels }, row) => [
      String(row + 1),
      label === null ? "missing" : (labels[label] ?? String(label)),
      ...ends.map((i) => String(pixels[i])),
      formatCount(pixels.filter((pixel) => pixel !== 0).length),
    ]),
  };
}

function arrayHead({ name, head, shape }: InspectedArray): SheetTable {
  const most = Math.max(...head.map((row) => row.length));
  const more = shape.slice(1).reduce((product, dim) => product * dim, 1) > most;
  return {
    caption: `First rows of ${name}${more ? `, ${formatPlural(most, "number")} of each` : ""}`,
    columns: [
      { title: "row", numeric: true },
      ...Array.from({ length: most }, (_, i) => ({ title: String(i), numeric: true })),
    ],
    rows: head.map((row, i) => [
      String(i + 1),
      ...row.map((value) => (value === null ? "missing" : shortNumber(value))),
    ]),
  };
}

function missingLine({ total, columns, first: [at] }: MissingValues): string {
  const some = columns.slice(0, 5).map(({ column, count }) => `${column}: ${formatCount(count)}`);
  const where = at ? `, first in row ${at.row}, column ${at.column}` : "";
  return `${formatPlural(total, "value")} missing (by column ${some.join(", ")}${columns.length > some.length ? " …" : ""})${where}`;
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

export const dataInspectionReport = defineReport<DataInspection>({
  id: "congruent/data-inspection@1",
  schema: dataInspectionSchema,
  sheet: inspectionSheet,
});
