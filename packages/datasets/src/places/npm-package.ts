import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { folder } from "./folder.js";
import type { Place } from "./place.js";

/** A folder inside an npm package that this package depends on. */
export function npmPackage(packageName: string, inside: string): Place {
  return {
    name: `the npm package ${packageName}`,
    network: false,
    hint: `install the npm package ${packageName}`,
    read: (file, context) => {
      const require = createRequire(import.meta.url);
      const root = dirname(require.resolve(`${packageName}/package.json`));
      return folder(join(root, inside)).read(file, context);
    },
  };
}
