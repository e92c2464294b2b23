export const pageRules = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--cg-page); color: var(--cg-text); font: 1rem/1.6 var(--cg-sans); }
a { color: var(--cg-accent); text-underline-offset: 0.15em; }
.cg-page { max-width: 76rem; margin: 0 auto; padding: 3.5rem 2rem 5rem; }
.cg-skip { position: absolute; left: -100vw; }
.cg-skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--cg-surface); z-index: 1; }
.cg-header { margin-bottom: 3rem; }
.cg-kicker { margin: 0 0 0.4rem; color: var(--cg-muted); font-size: 0.875rem; font-weight: 600; letter-spacing: 0.02em; }
.cg-title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; }
.cg-title h1 { margin: 0; font-size: clamp(2rem, 5vw, 2.75rem); line-height: 1.15; letter-spacing: -0.02em; font-weight: 700; overflow-wrap: anywhere; }
.cg-header > p { max-width: 44rem; margin: 0.75rem 0 0; color: var(--cg-muted); font-size: 1.0625rem; overflow-wrap: anywhere; }
.cg-headlines { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); margin: 2rem 0 0; }
.cg-contents { margin-top: 1.75rem; }
.cg-contents ul { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; list-style: none; margin: 0; padding: 0; font-size: 0.9375rem; }
.cg-section { margin-top: 1.5rem; padding: 2rem; background: var(--cg-surface); border: 1px solid var(--cg-line); border-radius: 16px; box-shadow: var(--cg-shadow); scroll-margin-top: 1rem; min-width: 0; }
.cg-section h2 { margin: 0 0 1.25rem; font-size: 1.375rem; line-height: 1.3; letter-spacing: -0.01em; }
.cg-section > :last-child { margin-bottom: 0; }
.cg-section h3 { font-size: 1rem; margin: 2rem 0 0.75rem; }
.cg-lead { max-width: 44rem; margin: -0.9rem 0 1.5rem; color: var(--cg-muted); overflow-wrap: anywhere; }
.cg-section > .cg-scroller + .cg-scroller, .cg-section > .cg-details { margin-top: 1.5rem; }
.cg-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 2rem; }
.cg-figure { margin: 0; min-width: 0; break-inside: avoid; }
.cg-figure figcaption { margin: 0 0 0.75rem; font-weight: 600; }
.cg-figure > div { overflow-x: auto; }
.cg-figure svg { display: block; width: 100%; height: auto; margin: 0 auto; }
.cg-figure-note { margin: 0.75rem 0 0; color: var(--cg-muted); font-size: 0.875rem; }
.cg-dark { display: none; }
@media screen and (prefers-color-scheme: dark) {
  .cg-dark { display: block; }
  .cg-light { display: none; }
}
.cg-columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 2.5rem; align-items: start; }
.cg-code { margin: 0.5rem 0 0; padding: 1rem 1.25rem; overflow-x: auto; border-radius: 10px; background: var(--cg-sunken); font: 0.8125rem/1.6 var(--cg-mono); }
.cg-plain { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
.cg-footer { margin-top: 2.5rem; color: var(--cg-muted); font-size: 0.875rem; }
@media (max-width: 800px) { .cg-columns { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 560px) {
  .cg-page { padding: 1.75rem 0.75rem 3rem; }
  .cg-header, .cg-footer { padding: 0 0.25rem; }
  .cg-headlines { grid-template-columns: 1fr 1fr; gap: 0.6rem; }
  .cg-headline { padding: 0.8rem 0.9rem; }
  .cg-headline strong { font-size: 1.3rem; }
  .cg-section { padding: 1.25rem 1rem; border-radius: 12px; margin-top: 1rem; }
}`;
