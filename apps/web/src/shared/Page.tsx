import type { ComponentChildren } from "preact";

const PAGES = [
  { key: "draw", address: "./index.html", title: "Draw" },
  { key: "parity", address: "./parity.html", title: "Parity" },
  { key: "results", address: "./results.html", title: "Results" },
] as const;

interface PageProps {
  current: (typeof PAGES)[number]["key"];
  title: string;
  lead: string;
  children: ComponentChildren;
}

/** The frame of every page: brand, links to the pages, headline. */
export function Page({ current, title, lead, children }: PageProps) {
  return (
    <div class="page">
      <header class="top">
        <a class="brand" href="./index.html">
          <span class="brand-mark" aria-hidden="true">
            ≡
          </span>
          Congruent
        </a>
        <nav aria-label="Pages">
          {PAGES.map(({ key, address, title }) => (
            <a key={key} href={address} aria-current={key === current ? "page" : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
        {children}
      </main>
    </div>
  );
}
