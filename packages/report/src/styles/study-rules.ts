/** Reports of studies: prose, asides and many figures. */
export const studyRules = `
.cg-text, .cg-quirk { max-width: 48rem; margin: 0 0 1.25rem; overflow-wrap: anywhere; }
.cg-quirk { padding: 0.75rem 1rem; border-left: 3px solid var(--cg-warn); border-radius: 0 8px 8px 0; background: var(--cg-warn-back); }
.cg-section > .cg-scroller, .cg-study-figures { margin-bottom: 1.75rem; }
.cg-study-figures { grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
@media print { .cg-study-figures { display: block; columns: 2; column-gap: 1.5rem; break-inside: auto; } .cg-study-figures .cg-figure { margin-bottom: 1.25rem; } }`;
