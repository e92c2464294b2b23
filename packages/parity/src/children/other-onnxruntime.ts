/** Another release of onnxruntime-node in place of the one that @congruent/runtime depends on. */
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * From here on `import "onnxruntime-node"` gives the release in `directory`. To be called before @congruent/runtime is imported: a process
 * has one release of ONNX Runtime.
 */
export function useOnnxruntime(directory: string): void {
  const { main = "index.js" } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const url = pathToFileURL(join(directory, main)).href;
  const hook = `export const resolve = (specifier, context, next) =>
    specifier === "onnxruntime-node" ? { url: ${JSON.stringify(url)}, format: "commonjs", shortCircuit: true } : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
