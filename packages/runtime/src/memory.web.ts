/** Where a page keeps small texts for its next visit: the Cache API, which workers have too. */
import type { Memory } from "./session.js";

const NAME = "congruent-runtime";

/** The part of the browser's objects that is used here. */
interface Browser {
  caches?: {
    open(name: string): Promise<{
      match(address: string): Promise<Response | undefined>;
      put(address: string, response: Response): Promise<void>;
    }>;
  };
}

export const memory: Memory = {
  async read(key) {
    return (await (await cache()).match(address(key)))?.text() ?? null;
  },
  async write(key, text) {
    await (await cache()).put(address(key), new Response(text));
  },
};

function cache() {
  const { caches } = globalThis as Browser;
  if (!caches) throw new Error("this page has no Cache API: it is not served by https or from localhost");
  return caches.open(NAME);
}

/** Never fetched: it only names the entry. */
function address(key: string): string {
  return `/${NAME}/choice/${key}`;
}
