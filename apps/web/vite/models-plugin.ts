import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { checked } from "@congruent/core";
import { passportSchema } from "@congruent/core/schemas";
import { readCard } from "@congruent/onnx";
import type { Plugin } from "vite";
import type { ModelEntry, ModelIndex } from "../src/shared/model-index.ts";
import { foldersWith } from "./folders-with.ts";
import { type OfferedFile, virtualFolder } from "./virtual-folder.ts";

const MODEL = "model.onnx";
const PASSPORT = "model.passport.json";

/**
 * Offers every promoted model (a folder that has a model.onnx) as ./models/NAME/model.onnx and
 * ./models/NAME/model.passport.json, with ./models/index.json listing them.
 */
export function modelsPlugin({ folder }: { folder: string }): Plugin {
  const root = resolve(folder);
  return {
    ...virtualFolder({ folder: "models", files: () => modelFiles(root) }),
    buildEnd() {
      if (foldersWith(root, MODEL).length === 0)
        this.info(`no model in ${relative(process.cwd(), root) || root}: the app will say so`);
    },
  };
}

function modelFiles(root: string): OfferedFile[] {
  const files = foldersWith(root, MODEL).flatMap((name): OfferedFile[] => {
    const file = (path: string, type: OfferedFile["type"]): OfferedFile => ({
      path: `${name}/${path}`,
      type,
      content: () => readFileSync(join(root, name, path)),
    });
    return [
      file(MODEL, "application/octet-stream"),
      ...(existsSync(join(root, name, PASSPORT)) ? [file(PASSPORT, "application/json")] : []),
    ];
  });
  const index = () => `${JSON.stringify(modelIndex(root), null, 2)}\n`;
  return [...files, { path: "index.json", type: "application/json", content: index }];
}

function modelIndex(root: string): ModelIndex {
  const models = foldersWith(root, MODEL).map((name): ModelEntry => {
    const bytes = readFileSync(join(root, name, MODEL));
    // A broken file throws here: the build refuses it, rather than shipping a page that cannot load it.
    const card = readCard(bytes, `${name}/${MODEL}`);
    return {
      name,
      title: card?.description ?? name,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      ...fromPassport(join(root, name, PASSPORT)),
    };
  });
  return { schema: "congruent/model-index@1", models };
}

/** @throws CongruentError for an invalid passport: the build refuses it like a broken model. */
function fromPassport(path: string): Pick<ModelEntry, "passport" | "differing"> {
  if (!existsSync(path)) return { passport: false, differing: [] };
  const { parity } = checked(JSON.parse(readFileSync(path, "utf8")), passportSchema, path);
  const failed = parity.cells.filter(({ status }) => status === "fail" || status === "expected-fail");
  return { passport: true, differing: failed.map(({ runtime }) => runtime) };
}
