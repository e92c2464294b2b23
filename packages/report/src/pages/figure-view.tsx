import type { Figure } from "../figures/figure.js";
import { renderSvg } from "../figures/render-svg.js";
import { dark, light } from "../figures/theme.js";

/** A figure in both color schemes; the style sheet shows the one that the reader's system asks for. */
export function FigureView({ figure, note }: { figure: Figure; note?: string }) {
  // Wide figures stop shrinking before their text becomes too small, and scroll instead.
  const size = `min-width: ${Math.round(figure.width * 0.62)}px; max-width: ${Math.round(figure.width * 1.25)}px`;
  const drawn = (scheme: "light" | "dark") => ({
    __html: renderSvg(figure, scheme === "light" ? light : dark),
  });
  return (
    <figure class="cg-figure">
      <figcaption>{figure.title}</figcaption>
      <div>
        <div class="cg-light" style={size} dangerouslySetInnerHTML={drawn("light")} />
        <div class="cg-dark" style={size} dangerouslySetInnerHTML={drawn("dark")} />
      </div>
      {note && <p class="cg-figure-note">{note}</p>}
    </figure>
  );
}
