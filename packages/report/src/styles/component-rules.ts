export const componentRules = `
.cg-badge {
  display: inline-flex; align-items: center; gap: 0.4em; padding: 0.2em 0.75em 0.2em 0.6em;
  border: 1px solid transparent; border-radius: 99px;
  font-size: 0.8125rem; font-weight: 600; line-height: 1.5; white-space: nowrap;
}
.cg-badges { display: inline-flex; flex-wrap: wrap; gap: 0.4rem; }
.cg-badge svg { flex: none; }
.cg-badge path { fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.cg-badge-good { color: var(--cg-good); background: var(--cg-good-back); }
.cg-badge-bad { color: var(--cg-bad); background: var(--cg-bad-back); }
.cg-badge-bad-outline { color: var(--cg-bad); background: var(--cg-bad-back); border: 1.5px dashed currentColor; }
.cg-badge-bad-solid { color: var(--cg-bad-solid); background: var(--cg-bad); }
.cg-badge-warn { color: var(--cg-warn); background: var(--cg-warn-back); }
.cg-badge-quiet { color: var(--cg-quiet); background: var(--cg-quiet-back); }
.cg-muted { color: var(--cg-muted); }
.cg-spoken { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
.cg-code-text { font-family: var(--cg-mono); font-size: 0.9em; }
.cg-beyond { color: var(--cg-bad); font-weight: 650; }
.cg-tag {
  margin-left: 0.6em; padding: 0.1em 0.5em; border-radius: 4px; background: var(--cg-quiet-back); color: var(--cg-quiet);
  font-size: 0.75rem; font-style: normal; font-weight: 500;
}
.cg-headline { padding: 1.1rem 1.25rem; border-radius: 12px; background: var(--cg-surface); box-shadow: var(--cg-shadow); border: 1px solid var(--cg-line); }
.cg-headline dt { color: var(--cg-muted); font-size: 0.875rem; }
.cg-headline dd { margin: 0.25rem 0 0; }
.cg-headline strong { display: block; font-size: 1.75rem; font-weight: 650; letter-spacing: -0.01em; line-height: 1.25; font-variant-numeric: tabular-nums; }
.cg-headline span { display: block; margin-top: 0.15rem; color: var(--cg-muted); font-size: 0.875rem; }
.cg-facts { display: grid; gap: 0.9rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); margin: 0; }
.cg-facts + .cg-figures { margin-top: 1.75rem; }
.cg-facts dt { color: var(--cg-muted); font-size: 0.8125rem; }
.cg-facts dd { margin: 0.1rem 0 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.cg-notes { margin: 0; display: grid; grid-template-columns: minmax(8.5rem, max-content) 1fr; gap: 0.35rem 1rem; font-size: 0.875rem; }
.cg-notes > div { display: contents; }
.cg-notes dt { color: var(--cg-muted); }
.cg-notes dd { margin: 0; overflow-wrap: anywhere; }
.cg-notes code, .cg-mono { font-family: var(--cg-mono); font-size: 0.9em; overflow-wrap: anywhere; }
.cg-notes code { padding: 0.1em 0.4em; border-radius: 4px; background: var(--cg-sunken); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.cg-pictures, .cg-mistakes, .cg-flips { list-style: none; margin: 0; padding: 0; display: grid; }
.cg-pictures { grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 1rem; }
.cg-pictures li { text-align: center; }
.cg-pictures img, .cg-mistakes img, .cg-flips img { display: block; width: 100%; height: auto; border-radius: 6px; image-rendering: pixelated; background: var(--cg-sunken); }
.cg-pictures span { display: block; margin-top: 0.3rem; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.cg-mistakes { grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: 1rem; }
.cg-mistakes li { position: relative; padding: 0.6rem; border: 1px solid var(--cg-line); border-radius: 12px; background: var(--cg-surface); break-inside: avoid; }
.cg-mistakes dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0.4rem; margin: 0.5rem 0 0; }
.cg-mistakes dt { color: var(--cg-muted); font-size: 0.75rem; }
.cg-mistakes dd { margin: 0; font-size: 1.25rem; font-weight: 650; line-height: 1.2; overflow-wrap: anywhere; }
.cg-wrong dd { color: var(--cg-bad); }
.cg-mistakes p > span { display: block; }
.cg-mistakes p { margin: 0.4rem 0 0; font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.cg-flips { grid-template-columns: repeat(auto-fill, minmax(168px, 1fr)); gap: 0.75rem; padding: 0.9rem 0 0; }
.cg-flips li { display: flex; gap: 0.75rem; align-items: center; break-inside: avoid; font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.cg-flips img { width: 56px; flex: none; }
.cg-flips strong { font-size: 1rem; }
.cg-flips strong, .cg-flips span { display: block; line-height: 1.35; }
.cg-details summary { cursor: pointer; font-weight: 600; padding: 0.35rem 0; }
.cg-details summary:focus-visible, .cg-scroller:focus-visible { outline: 2px solid var(--cg-accent); outline-offset: 2px; border-radius: 4px; }
.cg-parity { display: grid; gap: 1.5rem; min-width: 0; }
.cg-parity h3 { margin: 0 0 0.6rem; font-size: 1rem; }
@media (max-width: 800px) { .cg-pictures { grid-template-columns: repeat(8, minmax(0, 1fr)); } }
@media (max-width: 560px) {
  .cg-notes { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .cg-notes dd { margin-bottom: 0.5rem; }
  .cg-pictures { grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 0.7rem; }
  .cg-mistakes { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.6rem; }
  .cg-mistakes li { padding: 0.45rem; }
  .cg-mistakes dl { display: flex; gap: 0.35rem; }
  .cg-mistakes dt { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .cg-mistakes .cg-wrong dd::before { content: "→ "; color: var(--cg-muted); font-weight: 400; }
}`;
