import { markdownTable, markdownText } from "../formats/markdown.js";
import { type DocumentBlock, figureFiles, type StudyDocument } from "./study-document.js";

/** A study's report as Markdown; its figures are PNG files beside it. Ends with a line end. */
export function renderStudyMarkdown({ kicker, title, lead, headlines, sections }: StudyDocument): string {
  const blocks = [
    `# ${markdownText(title)}`,
    `_${markdownText(kicker)}_`,
    markdownText(lead),
    headlines
      .map(
        ({ name, value, hint }) =>
          `- **${markdownText(name)}**: ${markdownText(value)} (${markdownText(hint)})`,
      )
      .join("\n"),
    ...sections.flatMap((section) => [`## ${markdownText(section.title)}`, ...section.blocks.map(blockText)]),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function blockText(block: DocumentBlock): string {
  switch (block.kind) {
    case "text":
      return markdownText(block.text);
    case "quirk":
      return `> ${markdownText(block.text)}`;
    case "table":
      return `**${markdownText(block.caption)}**\n\n${markdownTable(block.columns, block.rows)}`;
    case "figure": {
      const note = block.note === undefined ? "" : `\n\n${markdownText(block.note)}`;
      return `![${markdownText(block.figure.title)}](${figureFiles(block.name).png})${note}`;
    }
  }
}
