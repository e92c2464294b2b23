import type { Agreement, FitReport } from "@congruent/core/schemas";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import { formatCount, formatPlural, formatSeconds } from "../formats/numbers.js";
import { agreementSheet } from "../reports/agreement.js";

/** How a classical model was fitted, and whether its file predicts what scikit-learn does. */
export function FitSection({ fit, agreement }: { fit: FitReport; agreement: Agreement | null }) {
  const sizes = Object.entries(fit.facts).map(([name, value]) => ({
    name: name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`),
    value: Number.isInteger(value) ? formatCount(value) : value.toPrecision(4),
  }));
  const sheet = agreement && agreementSheet(agreement);
  return (
    <Section id="training" title="Fit" lead={lead(fit)}>
      <Facts
        facts={[
          { name: "memory", value: `${formatCount(Math.round(fit.peakMemoryBytes / 2 ** 20))} MiB at most` },
          ...(agreement
            ? [{ name: "model.onnx", value: `${formatCount(agreement.model.bytes)} bytes` }]
            : []),
          ...sizes,
        ]}
      />
      {fit.warnings.map((warning) => (
        <p>scikit-learn warned: {warning}</p>
      ))}
      <h3>Against scikit-learn's own predictions</h3>
      {sheet ? (
        <>
          <p>{sheet.lead}</p>
          {sheet.tables
            .filter(({ rows }) => rows.length > 0)
            .map(({ caption, columns, rows }) => (
              <DataTable caption={caption} columns={columns} rows={rows} />
            ))}
          {sheet.notes.map((note) => (
            <p class="cg-muted">{note}</p>
          ))}
        </>
      ) : (
        <p class="cg-muted">The file has not been compared with them.</p>
      )}
    </Section>
  );
}

function lead({ class: name, seconds, converged, iterations }: FitReport): string {
  const fitted = `scikit-learn's ${name}, fitted in ${formatSeconds(seconds.fit)}`;
  if (converged === null || iterations === null) return `${fitted}.`;
  return converged
    ? `${fitted}; it converged after ${formatPlural(iterations, "iteration")}.`
    : `${fitted}; it did not converge: it ended at its limit of ${formatPlural(iterations, "iteration")}.`;
}
