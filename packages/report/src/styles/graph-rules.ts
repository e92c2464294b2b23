/** The model's graph, and what is known of its nodes: a panel is shown while it is the address's target. */
export const graphRules = `
.cg-graph-columns { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 2rem; align-items: start; }
.cg-graph-legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0 0 0.75rem; padding: 0; font-size: 0.8125rem; color: var(--cg-muted); }
.cg-graph-legend li::before { content: ""; display: inline-block; width: 0.75rem; height: 0.75rem; margin-right: 0.4rem; border: 1.5px solid; border-radius: 3px; vertical-align: -1px; }
.cg-graph-legend .cg-legend-wrong::before { background: var(--cg-bad-back); border-color: var(--cg-bad); }
.cg-graph-legend .cg-legend-behind::before { background: var(--cg-warn-back); border-color: var(--cg-warn); }
.cg-graph-legend .cg-legend-right::before { background: var(--cg-good-back); border-color: var(--cg-good); }
.cg-graph-columns .cg-scroller { max-height: 44rem; overflow: auto; }
.cg-graph { display: block; margin: 0 auto; font-family: var(--cg-sans); }
.cg-graph text { text-anchor: middle; fill: var(--cg-text); }
.cg-node-op { font-size: 13px; font-weight: 650; }
.cg-node-name { font-size: 10.5px; }
.cg-graph .cg-node .cg-node-name { fill: var(--cg-muted); }
.cg-arrow { fill: none; stroke: var(--cg-muted); stroke-width: 1.2; }
.cg-graph marker path { fill: var(--cg-muted); }
.cg-node rect { fill: var(--cg-surface); stroke: var(--cg-muted); stroke-width: 1.2; }
.cg-node:hover rect, .cg-node:focus-visible rect { stroke: var(--cg-accent); stroke-width: 2.5; }
.cg-node:focus-visible { outline: none; }
.cg-node-right rect { fill: var(--cg-good-back); stroke: var(--cg-good); }
.cg-node-behind rect { fill: var(--cg-warn-back); stroke: var(--cg-warn); }
.cg-node-wrong rect { fill: var(--cg-bad-back); stroke: var(--cg-bad); stroke-width: 2.5; }
.cg-graph .cg-node-wrong .cg-node-op { fill: var(--cg-bad); }
.cg-node-elsewhere rect { stroke-dasharray: 5 3; }
.cg-value rect { fill: var(--cg-sunken); stroke: none; }
.cg-panels { position: sticky; top: 1rem; min-width: 0; }
.cg-panel { display: none; padding: 1rem 1.25rem; border: 1px solid var(--cg-line); border-left: 3px solid var(--cg-line); border-radius: 10px; overflow-wrap: anywhere; font-size: 0.9375rem; }
.cg-panel:target { display: block; }
.cg-panels:not(:has(.cg-panel:target)) .cg-panel-wrong { display: block; margin-bottom: 1rem; }
.cg-panel-wrong { border-left-color: var(--cg-bad); }
.cg-panel-behind { border-left-color: var(--cg-warn); }
.cg-panel-right { border-left-color: var(--cg-good); }
.cg-panel h3 { margin: 0; font-size: 1rem; }
.cg-panel > p:first-of-type { margin: 0 0 0.75rem; }
.cg-histogram { list-style: none; margin: 0.5rem 0 1rem; padding: 0; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.cg-histogram li { display: grid; grid-template-columns: 3.5rem minmax(0, 1fr) 4.5rem; gap: 0.5rem; align-items: center; }
.cg-histogram i { height: 0.7rem; border-radius: 3px; background: var(--cg-accent); }
.cg-histogram .cg-bar-bad { background: var(--cg-bad); }
.cg-histogram b { font-weight: 400; text-align: right; }
.cg-worst { width: 100%; font-size: 0.75rem; }
.cg-worst :is(th, td) { white-space: normal; padding-right: 0.5rem; }
@media (max-width: 800px) {
  .cg-graph-columns { grid-template-columns: minmax(0, 1fr); }
  .cg-panels { position: static; }
}
@media print {
  .cg-graph-columns { display: block; }
  .cg-graph-columns .cg-scroller { max-height: none; overflow: visible; }
  #graph { break-before: page; }
  .cg-graph { max-width: 100%; max-height: 205mm; height: auto; }
  .cg-panel, .cg-panel:target { display: none; }
  .cg-panel-wrong, .cg-panel-wrong:target { display: block; margin-top: 0.75rem; break-inside: avoid; }
}`;
