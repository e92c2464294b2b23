import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import type { Figure } from "../figures/figure.js";
import { renderSvg } from "../figures/render-svg.js";
import type { FigureTheme } from "../figures/theme.js";

/** Its letters are as wide as those that echarts reckons with, and a machine need not have any font of its own. */
const FONT_FAMILY = "Arimo";
const FONT_FILES = [
  "400Regular/Arimo_400Regular.ttf",
  "600SemiBold/Arimo_600SemiBold.ttf",
  "700Bold/Arimo_700Bold.ttf",
];

const { resolve } = createRequire(import.meta.url);

/**
 * A figure as a PNG file, from the same SVG as everywhere, on the theme's surface: the same bytes on every machine. Node only.
 *
 * @param scale pixels for each CSS pixel. Default: 2.
 * @example
 * ```ts
 * const png = renderPng(labelCounts({ labels: ["0", "1"], counts: [5, 3] }), light);
 * [...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join(""); // => "PNG"
 * ```
 */
export function renderPng(
  figure: Figure,
  theme: FigureTheme,
  { scale = 2 }: { scale?: number } = {},
): Uint8Array {
  const drawing = new Resvg(renderSvg(figure, theme, { background: true }), {
    fitTo: { mode: "zoom", value: scale },
    font: {
      loadSystemFonts: false,
      fontFiles: FONT_FILES.map((file) => resolve(`@expo-google-fonts/arimo/${file}`)),
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
    },
  });
  return drawing.render().asPng();
}
