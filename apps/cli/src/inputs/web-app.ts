import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** Folder of the built web app, undefined where it has not been built. */
export function webApp(): string | undefined {
  const directory = join(dirname(require.resolve("@congruent/web/package.json")), "dist");
  return existsSync(join(directory, "index.html")) ? directory : undefined;
}
