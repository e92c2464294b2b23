import type { ComponentChildren } from "preact";

export interface SectionProps {
  id: string;
  title: string;
  lead?: string;
  children?: ComponentChildren;
}

/** A part of a page with its heading, reachable as `#id`. */
export function Section({ id, title, lead, children }: SectionProps) {
  return (
    <section class="cg-section" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {lead && <p class="cg-lead">{lead}</p>}
      {children}
    </section>
  );
}
