/** The package.json of a repro's folder. */

/**
 * Without scripts: that of onnxruntime-node fetches some hundred megabytes of CUDA libraries, which only a repro on CUDA needs.
 */
export const INSTALL = "npm install --ignore-scripts";

/** How the folder is set up, run in Node and served to a browser. */
export function packageJson(version: string): object {
  return {
    private: true,
    type: "module",
    scripts: { start: "node repro.mjs", page: "node serve.mjs" },
    dependencies: { "onnxruntime-node": version, "onnxruntime-web": version },
  };
}
