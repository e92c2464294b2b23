/** Paper: nothing scrolls or folds, colors that carry counts are printed, cards lose their frames. */
export const printRules = `
@page { margin: 14mm; }
@media print {
  body { background: none; font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .cg-page { max-width: none; padding: 0; }
  .cg-skip, .cg-contents { display: none; }
  .cg-header { margin-bottom: 1rem; }
  .cg-headlines { grid-template-columns: repeat(4, 1fr); gap: 0.6rem; margin-top: 1rem; }
  .cg-headline { padding: 0.6rem 0.8rem; }
  .cg-headline strong { font-size: 1.2rem; }
  .cg-section { margin: 0; padding: 1.25rem 0; border: 0; border-top: 1px solid var(--cg-line); border-radius: 0; box-shadow: none; }
  .cg-headline { box-shadow: none; }
  .cg-figures { grid-template-columns: 1fr 1fr; gap: 1.5rem; }
  .cg-figures, .cg-columns, .cg-lead, .cg-facts { break-inside: avoid; }
  .cg-section h2, .cg-section h3, .cg-lead, .cg-figure figcaption, .cg-table caption { break-after: avoid; }
  .cg-scroller { overflow: visible; background: none; }
  .cg-table caption { position: static; max-width: none; }
  .cg-pictures { grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 0.6rem; }
  .cg-mistakes { grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 0.6rem; }
  .cg-table { font-size: 9pt; }
  .cg-table th, .cg-table td { padding: 0.3rem 0.5rem; white-space: normal; }
  .cg-matrix tbody th { min-width: 0; max-width: none; }
  .cg-matrix .cg-notes { position: static; max-width: none; }
  .cg-table tr, .cg-matrix tbody, .cg-pictures li { break-inside: avoid; }
  .cg-columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.5rem; }
  .cg-code { white-space: pre-wrap; overflow: visible; }
  details > summary { list-style: none; }
  details::details-content { display: block; content-visibility: visible; height: auto; opacity: 1; }
  a { color: inherit; text-decoration: none; }
}`;
