import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Reads a file of the system's; null where there is none that this process may read. */
type ReadSystemFile = (path: string) => string | null;

/** Where containers and services find their control groups. */
const ROOT = "/sys/fs/cgroup";
/** The folders that version 1 keeps the processor's limits in. */
const FOLDERS_OF_1 = ["cpu,cpuacct", "cpu"];

/**
 * How many processors' time a control group of Linux lets this process use: the least of its own group's quota and of those around it; null
 * where nothing limits it, and outside Linux. `os.availableParallelism` of Node 20 knows nothing of it.
 *
 * @param read Default: from the disk
 * @returns a number that need not be whole, such as 1.5
 * @example
 * ```ts
 * const files = { "/proc/self/cgroup": "0::/", "/sys/fs/cgroup/cpu.max": "150000 100000" };
 * cpuQuota((path) => files[path] ?? null); // => 1.5
 * cpuQuota(() => null); // => null
 * ```
 */
export function cpuQuota(read: ReadSystemFile = readSystemFile): number | null {
  const groups = (read("/proc/self/cgroup") ?? "").split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line.trim()) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
  });
  const quotas = groups.flatMap(({ controllers, path }) => {
    if (controllers === "") return around(path).map((group) => quotaOf2(read(join(ROOT, group, "cpu.max"))));
    if (!controllers.split(",").includes("cpu")) return [];
    return FOLDERS_OF_1.flatMap((folder) =>
      around(path).map((group) => quotaOf1(read, join(ROOT, folder, group))),
    );
  });
  const limits = quotas.filter((quota) => quota !== null);
  return limits.length > 0 ? Math.min(...limits) : null;
}

/** A group and those around it. In a container the path may be the host's: there only the outermost one is found. */
function around(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return [...parts.keys(), parts.length].map((length) => `/${parts.slice(0, length).join("/")}`);
}

/** `QUOTA PERIOD` in microseconds, or `max PERIOD`. */
function quotaOf2(text: string | null): number | null {
  const [quota, period] = (text ?? "").trim().split(/\s+/);
  return share(Number(quota), Number(period));
}

/** Two files; -1 is no quota. */
function quotaOf1(read: ReadSystemFile, folder: string): number | null {
  const number = (file: string) => Number(read(join(folder, file)) ?? Number.NaN);
  return share(number("cpu.cfs_quota_us"), number("cpu.cfs_period_us"));
}

function share(quota: number, period: number): number | null {
  return quota > 0 && period > 0 ? quota / period : null;
}

function readSystemFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EOPNOTSUPP"].includes(code)) return null;
    throw error;
  }
}
