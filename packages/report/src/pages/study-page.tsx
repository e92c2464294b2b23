import { Badge } from "../components/badge.js";
import { DataTable } from "../components/data-table.js";
import { Headline } from "../components/headline.js";
import { Section } from "../components/section.js";
import type { DocumentBlock, DocumentSection, NamedFigure, StudyDocument } from "../study/study-document.js";
import { renderDocument } from "./document.js";
import { FigureView } from "./figure-view.js";

/** A study's report as one HTML file that loads nothing: every table and every figure, light and dark. */
export function renderStudyPage(document: StudyDocument): string {
  return renderDocument({
    title: document.title,
    description: document.lead,
    children: (
      <>
        <StudyHeader document={document} />
        <main id="content">
          {document.sections.map((section) => (
            <StudySection key={section.id} section={section} />
          ))}
        </main>
        <footer class="cg-footer">
          <p>Written by Congruent. This page holds everything it shows and loads nothing.</p>
        </footer>
      </>
    ),
  });
}

function StudyHeader({ document }: { document: StudyDocument }) {
  const missing = document.missing.length;
  return (
    <header class="cg-header">
      <p class="cg-kicker">Congruent · {document.kicker}</p>
      <div class="cg-title">
        <h1>{document.title}</h1>
        {missing > 0 && <Badge look="warn" text={`${missing} missing: ${document.missing.join(", ")}`} />}
        {document.quick && <Badge look="quiet" text="quick: small data, few epochs" />}
      </div>
      <p>{document.lead}</p>
      <dl class="cg-headlines">
        {document.headlines.map((headline) => (
          <Headline key={headline.name} {...headline} />
        ))}
      </dl>
      <nav class="cg-contents" aria-label="Contents">
        <ul>
          {document.sections.map(({ id, title }) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

function StudySection({ section: { id, title, blocks } }: { section: DocumentSection }) {
  return (
    <Section id={id} title={title}>
      {grouped(blocks).map((group, index) =>
        Array.isArray(group) ? (
          <div key={index} class="cg-figures cg-study-figures">
            {group.map(({ name, figure, note }) => (
              <FigureView key={name} figure={figure} {...(note !== undefined && { note })} />
            ))}
          </div>
        ) : (
          <Block key={index} block={group} />
        ),
      )}
    </Section>
  );
}

type Plain = Exclude<DocumentBlock, { kind: "figure" }>;

function Block({ block }: { block: Plain }) {
  if (block.kind === "table") return <DataTable {...block} />;
  return <p class={block.kind === "quirk" ? "cg-quirk" : "cg-text"}>{block.text}</p>;
}

/** Figures that follow each other, in one group. */
function grouped(blocks: readonly DocumentBlock[]): (Plain | NamedFigure[])[] {
  const groups: (Plain | NamedFigure[])[] = [];
  for (const block of blocks) {
    if (block.kind !== "figure") {
      groups.push(block);
      continue;
    }
    const last = groups.at(-1);
    if (Array.isArray(last)) last.push(block);
    else groups.push([block]);
  }
  return groups;
}
