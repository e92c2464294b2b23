import type { Card } from "@congruent/core/schemas";

/** The part of a card's input that says how pixels are laid out. */
export type PixelLayout = Pick<Card["input"], "height" | "width" | "channels">;

/** Paints a model's input, [H, W, C] with values of 0..255, pixel for pixel. Without pixels the canvas becomes black. */
export function paintPixels(
  canvas: HTMLCanvasElement,
  pixels: ArrayLike<number> | null,
  { height, width, channels }: PixelLayout,
): void {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const picture = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let color = 0; color < 3; color++) {
      picture.data[i * 4 + color] = pixels?.[i * channels + Math.min(color, channels - 1)] ?? 0;
    }
    picture.data[i * 4 + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}
