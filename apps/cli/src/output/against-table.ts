import type { AgainstReport } from "@congruent/core/schemas";
import { againstSheet, changeText, formatPlural } from "@congruent/report";
import { colors as pc } from "./colors.js";
import { table } from "./output.js";

/** Two files against each other as a terminal shows it: what changed, what follows, the verdict. */
export function againstTable(report: AgainstReport): string {
  const { changes, verdict, because, inputs } = report;
  const { tables } = againstSheet(report);
  const follows = tables.at(-1);
  return [
    `${report.model.path} → ${report.against.path}`,
    "",
    ...(changes.length === 0
      ? ["no node differs"]
      : changes.map((change) => `${pc.yellow(change.kind)} ${changeText(change)}`)),
    "",
    // All but the changes, which stand above, and the differences, which stand below.
    ...tables.slice(1, -1).flatMap(({ caption, columns, rows }) => [
      pc.dim(caption),
      ...(rows.length > 0
        ? [
            table(
              columns.map(({ title }) => title),
              rows,
            ),
          ]
        : []),
      "",
    ]),
    pc.dim(`what follows on ${formatPlural(inputs.samples, "sample")} (${inputs.source})`),
    follows
      ? table(
          follows.columns.map(({ title }) => title),
          follows.rows,
        )
      : "",
    "",
    `${(verdict === "pass" ? pc.green : pc.red)(verdict)}: ${because}`,
  ].join("\n");
}
