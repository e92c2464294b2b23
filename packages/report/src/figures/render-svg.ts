import { init } from "#charts";
import type { Figure } from "./figure.js";
import type { FigureTheme } from "./theme.js";

const escapeXml = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

export interface RenderOptions {
  /** Draw on the theme's own surface: what a file needs, which does not know the page that it will stand on. */
  background?: boolean;
}

/**
 * A figure as an SVG element: no script, no style sheet, no fonts of its own, equal for equal input. It scales with
 * its container (viewBox) and carries its title and description.
 *
 * @example
 * ```ts
 * const figure = labelCounts({ labels: ["0", "1"], counts: [5, 3] });
 * renderSvg(figure, light).startsWith("<svg"); // => true
 * ```
 */
export function renderSvg(
  figure: Figure,
  theme: FigureTheme,
  { background = false }: RenderOptions = {},
): string {
  const chart = init(null, null, {
    renderer: "svg",
    ssr: true,
    width: figure.width,
    height: figure.height,
  });
  try {
    const backgroundColor = background ? { backgroundColor: theme.surface } : {};
    chart.setOption({ ...figure.option(theme), ...backgroundColor, animation: false });
    return cleaned(chart.renderToSVGString(), figure, theme);
  } finally {
    chart.dispose();
  }
}

/**
 * echarts numbers its ids through the process's life, so two figures of one page could collide and two runs would
 * differ; and it adds hover styles that only its own script could use.
 */
function cleaned(svg: string, figure: Figure, theme: FigureTheme): string {
  const prefix = `${figure.title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${theme.name}`;
  const open = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${figure.width} ${figure.height}"`,
    `width="${figure.width}" height="${figure.height}" role="img" aria-label="${escapeXml(figure.description)}">`,
  ].join(" ");
  const ids = new Map<string, string>();
  const renamed = (id: string) => {
    if (!ids.has(id)) ids.set(id, `${prefix}-${ids.size}`);
    return ids.get(id) ?? id;
  };
  return svg
    .replace(/^<svg[^>]*>/, `${open}\n<title>${escapeXml(figure.title)}</title>`)
    .replace(/<style\s*>[\s\S]*?<\/style>\s*/g, "")
    .replace(/ (?:class="zr[^"]*"|ecmeta_[a-z_]+="[^"]*"|pointer-events="[^"]*")/g, "")
    .replace(/ id="(zr[^"]*)"/g, (_, id: string) => ` id="${renamed(id)}"`)
    .replace(/url\(#(zr[^)]*)\)/g, (_, id: string) => `url(#${renamed(id)})`);
}
