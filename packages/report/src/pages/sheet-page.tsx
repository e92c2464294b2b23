import type { ComponentChildren } from "preact";
import { Badge } from "../components/badge.js";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import type { Sheet } from "../formats/sheet.js";
import { renderDocument } from "./document.js";

const BADGES = {
  good: { look: "good", text: "holds" },
  bad: { look: "bad", text: "does not hold" },
  neutral: null,
} as const;

/** Title, verdict and lead that every page of a verb begins with. */
function SheetHeader({ sheet }: { sheet: Sheet }) {
  const badge = BADGES[sheet.tone];
  return (
    <header class="cg-header">
      <p class="cg-kicker">Congruent</p>
      <div class="cg-title">
        <h1>{sheet.title}</h1>
        {badge && <Badge {...badge} />}
      </div>
      <p>{sheet.lead}</p>
    </header>
  );
}

/** Tables, notes and facts, each where there are any. */
export function SheetBody({ sheet, factsTitle = "Facts" }: { sheet: Sheet; factsTitle?: string }) {
  return (
    <>
      {sheet.tables.length > 0 && (
        <Section id="results" title="Results">
          {sheet.tables.map((table) => (
            <DataTable key={table.caption} {...table} />
          ))}
        </Section>
      )}
      {sheet.notes.length > 0 && (
        <Section id="notes" title="Notes">
          <ul class="cg-plain">
            {sheet.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Section>
      )}
      {sheet.facts.length > 0 && (
        <Section id="facts" title={factsTitle}>
          <Facts facts={sheet.facts} />
        </Section>
      )}
    </>
  );
}

/** A sheet's header over a page's own content. */
export function renderSheetAround(sheet: Sheet, content: ComponentChildren): string {
  return renderDocument({
    title: sheet.title,
    description: sheet.lead,
    children: (
      <>
        <SheetHeader sheet={sheet} />
        <main id="content">{content}</main>
      </>
    ),
  });
}

/** A sheet as a page. */
export function renderSheetPage(sheet: Sheet): string {
  return renderSheetAround(sheet, <SheetBody sheet={sheet} />);
}
