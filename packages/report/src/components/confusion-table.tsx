import { formatCount } from "../formats/numbers.js";
import { DataTable } from "./data-table.js";

/** A confusion matrix as a table, for those who read rather than see: rows true, columns predicted. */
export function ConfusionTable({
  labels,
  confusion,
}: {
  labels: readonly string[];
  confusion: readonly (readonly number[])[];
}) {
  return (
    <DataTable
      caption="Counts; a row per true class, a column per predicted class"
      columns={[{ title: "true \\ predicted" }, ...labels.map((title) => ({ title, numeric: true }))]}
      rows={confusion.map((row, label) => [labels[label] ?? String(label), ...row.map(formatCount)])}
    />
  );
}
