/** All of echarts, for Node: one file, read when the first figure is drawn. Its parts are 600 files, which most commands would read for nothing. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const init: typeof import("echarts/core").init = (...args) =>
  (require("echarts") as typeof import("echarts/core")).init(...args);
