import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

/** A share of the picture below 1, else pixels. */
const shift = z.number().min(0).default(0);

/** Random changes of the training pictures, named and meant as the arguments of Keras' ImageDataGenerator. */
export const augmentationSchema = strictObject({
  /** Degrees: turned by an angle from ±rotation. */
  rotation: z.number().min(0).max(180).default(0),
  /** Factors for width and height, each drawn from [1 - zoom, 1 + zoom] or from [lowest, highest]; below 1 enlarges. */
  zoom: z
    .union([z.number().min(0).lt(1), z.tuple([z.number().positive(), z.number().positive()])])
    .default(0),
  widthShift: shift,
  heightShift: shift,
  /** Degrees, below a right angle. */
  shear: z.number().min(0).lt(90).default(0),
  horizontalFlip: z.boolean().default(false),
  verticalFlip: z.boolean().default(false),
  /** What lies outside the picture: aaa|abcd|ddd, k|abcd|k, dcba|abcd|dcba or abcd|abcd|abcd. */
  fillMode: z
    .enum(["nearest", "constant", "reflect", "wrap"], { error: unknownMember("fill mode") })
    .default("nearest"),
  /** The k of `constant`; Keras' cval. */
  fillValue: z.number().default(0),
})
  .refine(({ zoom }) => typeof zoom === "number" || zoom[0] <= zoom[1], {
    path: ["zoom"],
    error: "the lowest factor comes first",
  })
  .refine(changesPictures, "asks for no change at all: leave the key out");

function changesPictures(a: {
  rotation: number;
  zoom: number | [number, number];
  widthShift: number;
  heightShift: number;
  shear: number;
  horizontalFlip: boolean;
  verticalFlip: boolean;
}): boolean {
  const zooms = [a.zoom].flat().some((factor) => factor !== (typeof a.zoom === "number" ? 0 : 1));
  const moves = a.rotation + a.widthShift + a.heightShift + a.shear > 0;
  return zooms || moves || a.horizontalFlip || a.verticalFlip;
}

export type AugmentationConfig = z.output<typeof augmentationSchema>;
