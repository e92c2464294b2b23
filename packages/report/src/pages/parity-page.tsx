import { runtimeId } from "@congruent/core";
import type { ParityReport } from "@congruent/core/schemas";
import { VerdictBadge } from "../components/badge.js";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { ParityMatrix } from "../components/parity-matrix.js";
import { Section } from "../components/section.js";
import type { Sheet } from "../formats/sheet.js";
import { stepsTable } from "../tables/steps-table.js";
import { sweepTable } from "../tables/sweep-table.js";
import { renderDocument } from "./document.js";
import { GraphSection } from "./graph-section.js";

/** What is neither a runtime's nor the verdict's: what agreement does not prove, what got worse, and entries of the ledger that excused nothing. */
function Asides({ report: { notes, regression, unusedExpectations } }: { report: ParityReport }) {
  const said = [
    ...notes.map((note) => `${note}.`),
    ...(regression?.worse.map((what) => `Worse than in the older report: ${what}`) ?? []),
    ...unusedExpectations.map(
      ({ entry, runtime, why }) => `Entry ${entry} of the ledger, for ${runtime}, excused nothing: ${why}.`,
    ),
  ];
  if (said.length === 0) return null;
  return (
    <Section id="notes" title="Notes">
      <ul class="cg-plain">
        {said.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
    </Section>
  );
}

/** What a report does not hold and its page can show. */
export interface ParityPageOptions {
  /** Names of the classes; numbers where there are none. */
  labels?: readonly string[] | undefined;
  /** Addresses of the pictures of flipped samples. */
  pictures?: ReadonlyMap<number, string> | undefined;
}

/** A parity report as a page of its own. */
export function renderParityPage(
  report: ParityReport,
  { title, lead, facts }: Sheet,
  { labels, pictures }: ParityPageOptions = {},
): string {
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
          {report.attribution && <p>{report.attribution}</p>}
          {report.warnings.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </header>
        <main id="content">
          <Section id="parity" title="Runtimes">
            <ParityMatrix report={report} labels={labels} pictures={pictures} />
          </Section>
          <GraphSection report={report} />
          {report.steps && (
            <Section id="steps" title="Step by step" lead="Outputs fed back as the states of the next run.">
              <DataTable {...stepsTable(report.steps)} />
            </Section>
          )}
          {report.sweeps.length > 0 && (
            <Section
              id="sweeps"
              title="Other settings"
              lead="Each runtime again, under settings that should not matter."
            >
              {report.sweeps.map((sweep) => (
                <DataTable key={`${runtimeId(sweep)} ${sweep.axis}`} {...sweepTable(sweep)} />
              ))}
            </Section>
          )}
          <Asides report={report} />
          <Section id="facts" title="What was compared">
            <Facts facts={facts} />
          </Section>
        </main>
      </>
    ),
  });
}
