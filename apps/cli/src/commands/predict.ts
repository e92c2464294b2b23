import { CongruentError, messageOf, NODE_ORT_RUNTIMES, type NodeOrtRuntime } from "@congruent/core";
import { readBytes } from "@congruent/core/files";
import { Option } from "commander";
import { table } from "../output/output.js";
import { rerunFor } from "../processes/runtime-environment.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface PredictOptions extends CommonOptions {
  runtime: NodeOrtRuntime;
  fit: "stretch" | "digit";
  invert: "auto" | "yes" | "no";
}

const INVERT = { auto: "auto", yes: true, no: false } as const;

export const predict = defineVerb<[path: string, images: string[]], PredictOptions>({
  name: "predict",
  description: "classify pictures (PNG, JPEG, WebP, GIF, TIFF, AVIF, SVG)",
  examples: [
    "congruent predict models/lenet/model.onnx seven.png",
    "congruent predict models/lenet/model.onnx photos/*.jpg --fit digit --json",
  ],
  configure: (command) =>
    command
      .argument("<model>", "an ONNX file with a card")
      .argument("<image...>", "picture files")
      .addOption(
        new Option("--runtime <name>", "where to run it").choices(NODE_ORT_RUNTIMES).default("node-cpu"),
      )
      .addOption(
        new Option("--fit <how>", "stretch the picture, or crop and center the stroke as MNIST does")
          .choices(["stretch", "digit"])
          .default("stretch"),
      )
      .addOption(
        new Option("--invert <when>", "swap light and dark").choices(["auto", "yes", "no"]).default("auto"),
      ),
  async run([path, images], { runtime, fit, invert }) {
    if (await rerunFor(runtime)) return null;
    const { load, pictureToPixels } = await import("@congruent/runtime");
    const { cardOf } = await import("../inputs/card.js");
    const { input } = await cardOf(path);
    const pictures: Float32Array[] = [];
    for (const image of images) {
      pictures.push(pictureToPixels(await decode(image), input, { fit, invert: INVERT[invert] }));
    }
    const model = await load(path, { runtime });
    try {
      const answers = await model.classify(pictures);
      const predictions = answers.map(({ label, index, probability, probabilities }, i) => ({
        image: images[i] as string,
        label,
        index,
        probability,
        probabilities: probabilities && [...probabilities],
      }));
      const rows = predictions.map((p) => [p.image, p.label, p.probability?.toFixed(4) ?? ""]);
      return {
        data: { model: path, runtime: model.runtime, predictions },
        text: () => table(["picture", "label", "probability"], rows),
      };
    } finally {
      await model.close();
    }
  },
});

/** A picture file as gray or color bytes, upright as its EXIF orientation says. */
async function decode(path: string) {
  const { default: sharp } = await import("sharp");
  const bytes = await readBytes(path, "E_PICTURE", "name picture files, such as FOLDER/*.png");
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: 100_000_000 })
      .rotate()
      .toColourspace("srgb")
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, channels: 4 as const };
  } catch (error) {
    throw new CongruentError({
      code: "E_PICTURE",
      what: `${path} cannot be read as a picture: ${messageOf(error)}`,
      expected: "a PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG file",
      fix: "check the path and the file",
      cause: error,
    });
  }
}
