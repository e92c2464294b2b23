import type { ComponentChildren, VNode } from "preact";
import { render } from "preact-render-to-string";
import { reportStyles } from "../styles/index.js";

/**
 * Nothing may be loaded and no script may run, whatever a label or a ledger says; pictures and styles are inside the
 * file itself.
 */
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface DocumentProps {
  title: string;
  description: string;
  children: ComponentChildren;
}

function Document({ title, description, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content={description} />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: reportStyles }} />
      </head>
      <body>
        <a class="cg-skip" href="#content">
          Skip to the content
        </a>
        <div class="cg-page">{children}</div>
      </body>
    </html>
  );
}

/** A whole page as one HTML file that needs nothing else: no network, no scripts, no fonts. */
export function renderDocument(props: DocumentProps): string {
  const page: VNode = <Document {...props} />;
  return `<!doctype html>\n${render(page)}\n`;
}
