import { fileURLToPath } from "node:url";

/**
 * What Node is started with for a script of this project.
 *
 * @param url `new URL("../workers/recipe.js", import.meta.url)`, or a path
 * @returns the path of the script, and options for Node itself
 */
export function ownScript(url: URL | string): { path: string; execArgv: string[] } {
  const isPath = typeof url === "string" && !url.startsWith("file:");
  return { path: isPath ? url : fileURLToPath(url), execArgv: [] };
}
