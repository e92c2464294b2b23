import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { checked, passportSchema } from "@congruent/core";
import { readCard } from "@congruent/onnx";
import type { Plugin } from "vite";
import type { ModelEntry, ModelIndex } from "../src/shared/model-index.ts";

const MODEL = "model.onnx";
const PASSPORT = "model.passport.json";

/**
 * Offers every promoted model (a folder that has a model.onnx) as ./models/NAME/model.onnx and
 * ./models/NAME/model.passport.json, with ./models/index.json listing them: read anew at every request by the
 * dev server, emitted once by the build.
 */
export function modelsPlugin({ folder }: { folder: string }): Plugin {
  const root = resolve(folder);
  return {
    name: "congruent-models",

    configureServer(server) {
      server.middlewares.use("/models", (request, response, next) => {
        const path = ((request.url ?? "/").split("?")[0] ?? "/").slice(1);
        if (path === "index.json") {
          response.setHeader("Content-Type", "application/json");
          response.end(JSON.stringify(modelIndex(root)));
          return;
        }
        const [name = "", file = "", ...rest] = path.split("/");
        if (rest.length > 0 || !promoted(root).includes(name) || (file !== MODEL && file !== PASSPORT)) {
          next();
          return;
        }
        const source = join(root, name, file);
        if (!existsSync(source)) {
          response.statusCode = 404;
          response.end();
          return;
        }
        response.setHeader(
          "Content-Type",
          file === PASSPORT ? "application/json" : "application/octet-stream",
        );
        response.end(readFileSync(source));
      });
    },

    generateBundle() {
      for (const name of promoted(root)) {
        for (const file of [MODEL, PASSPORT]) {
          const source = join(root, name, file);
          if (!existsSync(source)) continue;
          this.emitFile({ type: "asset", fileName: `models/${name}/${file}`, source: readFileSync(source) });
        }
      }
      const index = modelIndex(root);
      if (index.models.length === 0) {
        this.info(`no model in ${relative(process.cwd(), root) || root}: the app will say so`);
      }
      this.emitFile({
        type: "asset",
        fileName: "models/index.json",
        source: `${JSON.stringify(index, null, 2)}\n`,
      });
    },
  };
}

/** Names of the folders that hold a model.onnx, sorted; none when the folder itself is missing. */
function promoted(root: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, MODEL)))
    .map((entry) => entry.name)
    .sort();
}

function modelIndex(root: string): ModelIndex {
  const models = promoted(root).map((name): ModelEntry => {
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

/** @throws CongruentError for a passport that is none: the build refuses it like a broken model. */
function fromPassport(path: string): Pick<ModelEntry, "passport" | "differing"> {
  if (!existsSync(path)) return { passport: false, differing: [] };
  const { parity } = checked(JSON.parse(readFileSync(path, "utf8")), passportSchema, path);
  const failed = parity.cells.filter(({ status }) => status === "fail" || status === "expected-fail");
  return { passport: true, differing: failed.map(({ runtime }) => runtime) };
}
