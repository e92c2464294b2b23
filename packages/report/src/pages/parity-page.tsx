import type { ParityReport } from "@congruent/core";
import { VerdictBadge } from "../components/badge.js";
import { Facts } from "../components/facts.js";
import { ParityMatrix } from "../components/parity-matrix.js";
import { Section } from "../components/section.js";
import { paritySheet } from "../parity-sheet.js";
import { renderDocument } from "./document.js";

/** A parity report as a page of its own. */
export function renderParityPage(report: ParityReport): string {
  const { title, lead, facts } = paritySheet(report);
  return renderDocument({
    title,
    description: lead,
    children: (
      <>
        <header class="cg-header">
          <p class="cg-kicker">Congruent parity report</p>
          <div class="cg-title">
            <h1>{report.model.name ?? report.model.path}</h1>
            <VerdictBadge report={report} />
          </div>
          <p>{lead}</p>
        </header>
        <main id="content">
          <Section id="parity" title="Runtimes">
            <ParityMatrix report={report} />
          </Section>
          <Section id="facts" title="What was compared">
            <Facts facts={facts} />
          </Section>
        </main>
      </>
    ),
  });
}
