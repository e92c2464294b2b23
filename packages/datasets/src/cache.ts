import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The folder that holds one folder per data set: datasets/ in CONGRUENT_CACHE, or in `congruent` in the platform's
 * cache folder.
 */
export function defaultCacheDir(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  return join(env.CONGRUENT_CACHE || join(platformCache(env, platform, home), "congruent"), "datasets");
}

function platformCache(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): string {
  if (platform === "darwin") return join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(home, "AppData", "Local");
  return env.XDG_CACHE_HOME || join(home, ".cache");
}
