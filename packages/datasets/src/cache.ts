import { cacheDirectory } from "@congruent/core/files";

/**
 * The folder that holds one folder per data set: datasets/ in CONGRUENT_CACHE, or in `congruent` in the platform's
 * cache folder.
 */
export function defaultCacheDir(...where: Where): string {
  return cacheDirectory("datasets", ...where);
}

type Where = Parameters<typeof cacheDirectory> extends [string, ...infer Rest] ? Rest : never;
