import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A folder of this project's cache: `part` in CONGRUENT_CACHE, or in `congruent` in the platform's cache folder. Whatever stands there can
 * be made again, and may be removed at any time.
 *
 * @param part what is cached, such as `datasets`
 * @example
 * ```ts
 * cacheDirectory("datasets", { CONGRUENT_CACHE: "/data" }); // => "/data/datasets"
 * ```
 */
export function cacheDirectory(
  part: string,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  return join(env.CONGRUENT_CACHE || join(platformCache(env, platform, home), "congruent"), part);
}

function platformCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(home, "AppData", "Local");
  return env.XDG_CACHE_HOME || join(home, ".cache");
}
