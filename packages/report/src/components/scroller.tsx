import type { ComponentChildren } from "preact";

/** Wide content scrolls in here, not with the page; focusable, so that the arrow keys scroll it too. */
export function Scroller({ label, children }: { label: string; children: ComponentChildren }) {
  const focusable = { tabIndex: 0 };
  return (
    <section class="cg-scroller" aria-label={label} {...focusable}>
      {children}
    </section>
  );
}
