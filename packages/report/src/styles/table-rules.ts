export const tableRules = `
.cg-scroller {
  overflow-x: auto; min-width: 0; max-width: 100%;
  /* A shade at an edge says that there is more beyond it; the covers scroll along and hide it at the ends. */
  background:
    linear-gradient(90deg, var(--cg-surface) 40%, transparent) left / 2.5rem 100% local,
    linear-gradient(270deg, var(--cg-surface) 40%, transparent) right / 2.5rem 100% local,
    linear-gradient(90deg, var(--cg-edge), transparent) left / 0.75rem 100% scroll,
    linear-gradient(270deg, var(--cg-edge), transparent) right / 0.75rem 100% scroll;
  background-repeat: no-repeat;
}
.cg-table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
.cg-table caption { caption-side: top; text-align: left; padding: 0 0 0.6rem; color: var(--cg-muted); font-size: 0.875rem; }
.cg-table th, .cg-table td { padding: 0.5rem 0.9rem; text-align: left; border-bottom: 1px solid var(--cg-line); vertical-align: top; white-space: nowrap; }
.cg-table th:first-child, .cg-table td:first-child { padding-left: 0; }
.cg-table th:last-child, .cg-table td:last-child { padding-right: 0; }
.cg-table thead th { color: var(--cg-muted); font-size: 0.8125rem; font-weight: 600; vertical-align: bottom; border-bottom: 1.5px solid var(--cg-muted); }
.cg-table tbody th { font-weight: 600; }
.cg-table .cg-number { text-align: right; }
.cg-table small { display: block; margin-top: 0.1rem; color: var(--cg-muted); font-size: 0.78125rem; font-weight: 400; white-space: normal; }
.cg-table thead small { white-space: nowrap; }
.cg-table small.cg-beyond { color: var(--cg-bad); font-weight: 650; }
.cg-matrix th, .cg-matrix td { padding-inline: 0.55rem; }
.cg-matrix tbody th { min-width: 10.5rem; max-width: 20rem; }
.cg-matrix tbody tr:first-child > * { padding-top: 0.8rem; }
.cg-matrix tbody tr > * { border-bottom: 0; }
.cg-matrix tbody tr:last-child > * { border-bottom: 1px solid var(--cg-line); padding-bottom: 0.8rem; }
.cg-matrix .cg-note-row td { white-space: normal; padding: 0.1rem 0 0.9rem; }
.cg-matrix .cg-notes { position: sticky; left: 0; max-width: min(58rem, calc(100vw - 9rem)); padding-left: 0.9rem; border-left: 3px solid var(--cg-line); }
.cg-matrix .cg-row-fail .cg-notes, .cg-matrix .cg-row-expected-fail .cg-notes, .cg-matrix .cg-row-error .cg-notes { border-left-color: var(--cg-bad); }
.cg-matrix .cg-row-unexpected-pass .cg-notes { border-left-color: var(--cg-warn); }
@media (max-width: 560px) {
  .cg-table { font-size: 0.875rem; }
  .cg-table th, .cg-table td { padding: 0.45rem 0.4rem; }
  .cg-matrix tbody th { min-width: 8.5rem; }
  .cg-table caption { position: sticky; left: 0; max-width: calc(100vw - 4.5rem); }
}`;
