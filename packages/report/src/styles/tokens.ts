/** Colors: text on its background always has a contrast of 4.5 or more. Printing uses the light ones. */
export const tokens = `
:root {
  color-scheme: light;
  --cg-page: #f7f8fb;
  --cg-surface: #ffffff;
  --cg-sunken: #eff1f6;
  --cg-text: #1b1f2a;
  --cg-muted: #596072;
  --cg-line: #dfe3eb;
  --cg-accent: #0b5fa5;
  --cg-good: #0a6640;
  --cg-good-back: #def4e7;
  --cg-bad: #a8141c;
  --cg-bad-back: #fde6e6;
  --cg-bad-solid: #ffffff;
  --cg-warn: #774800;
  --cg-warn-back: #fdeecf;
  --cg-quiet: #4c5364;
  --cg-quiet-back: #e8ebf1;
  --cg-edge: rgb(20 30 60 / 0.16);
  --cg-shadow: 0 1px 2px rgb(20 30 60 / 0.05), 0 6px 20px rgb(20 30 60 / 0.05);
  --cg-sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --cg-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --cg-page: #12141a;
    --cg-surface: #1a1d25;
    --cg-sunken: #232733;
    --cg-text: #e8eaf0;
    --cg-muted: #a6adbd;
    --cg-line: #2f3542;
    --cg-accent: #85bdf7;
    --cg-good: #83e2af;
    --cg-good-back: #143826;
    --cg-bad: #ffa3a3;
    --cg-bad-back: #471c20;
    --cg-bad-solid: #2a0c0e;
    --cg-warn: #f7c873;
    --cg-warn-back: #43300c;
    --cg-quiet: #b7bdcb;
    --cg-quiet-back: #2c313d;
    --cg-edge: rgb(0 0 0 / 0.6);
    --cg-shadow: none;
  }
}`;
