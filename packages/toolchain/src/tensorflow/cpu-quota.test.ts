import { spawnSync } from "node:child_process";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { availableThreads } from "./computing-threads.js";
import { cpuQuota } from "./cpu-quota.js";

const quotaWith = (files: Record<string, string>) => cpuQuota((path) => files[path] ?? null);
const root = "/sys/fs/cgroup";

// The files' format: Linux' Documentation/admin-guide/cgroup-v2.rst and Documentation/scheduler/sched-bwc.rst.
it("reads version 2 of control groups: the least of the group's own and those around it", () => {
  const self = { "/proc/self/cgroup": "0::/system.slice/a.service\n" };
  expect(quotaWith({ ...self, [`${root}/system.slice/a.service/cpu.max`]: "50000 100000\n" })).toBe(0.5);
  expect(quotaWith({ ...self, [`${root}/system.slice/a.service/cpu.max`]: "max 100000\n" })).toBeNull();
  const slice = { ...self, [`${root}/system.slice/cpu.max`]: "300000 100000\n" };
  expect(quotaWith(slice)).toBe(3);
  expect(quotaWith({ ...slice, [`${root}/system.slice/a.service/cpu.max`]: "800000 100000\n" })).toBe(3);
  expect(quotaWith({ ...slice, [`${root}/system.slice/a.service/cpu.max`]: "200000 100000\n" })).toBe(2);
});

it("reads version 1, also where a container sees its own group at the root and the host's path", () => {
  const self = { "/proc/self/cgroup": "5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n0::/\n" };
  const files = (folder: string, quota: number) => ({
    [`${root}/${folder}/cpu.cfs_quota_us`]: `${quota}\n`,
    [`${root}/${folder}/cpu.cfs_period_us`]: "100000\n",
  });
  expect(quotaWith({ ...self, ...files("cpu,cpuacct", 250_000) })).toBe(2.5);
  expect(quotaWith({ ...self, ...files("cpu", 250_000) })).toBe(2.5);
  expect(quotaWith({ ...self, ...files("cpu,cpuacct/docker/ab", 100_000) })).toBe(1);
  expect(quotaWith({ ...self, ...files("cpu", -1) })).toBeNull();
  // Another controller's folder says nothing.
  expect(quotaWith({ ...self, ...files("memory/docker/ab", 100_000) })).toBeNull();
});

it("gives a positive number or nothing, whatever the files hold", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("max 100000", "0 0", "-1 1", "1e999 1", "1 0", "x 1"));
  fc.assert(
    fc.property(text, text, (group, limit) => {
      const quota = cpuQuota((path) => (path === "/proc/self/cgroup" ? `0::${group}` : limit));
      expect(quota === null || quota > 0).toBe(true);
    }),
  );
});

it("bounds the threads: whole ones, at least one, no more than the process may run on", () => {
  const threads = (cores: number, quota: number | null) =>
    availableThreads({ cores, quota, told: undefined });
  expect([threads(64, null), threads(64, 8), threads(64, 2.5), threads(64, 0.5)]).toEqual([64, 8, 2, 1]);
  expect([threads(1, null), threads(1, 4), threads(2, 64)]).toEqual([1, 1, 2]);
  // What TensorFlow's own variable says counts before all else.
  expect(availableThreads({ cores: 2, quota: 1, told: "7" })).toBe(7);
  for (const told of ["", "0", "-1", "many"]) {
    expect(availableThreads({ cores: 2, quota: null, told })).toBe(2);
  }
});

it("reads this machine's files without an error", () => {
  const quota = cpuQuota();
  expect(quota === null || quota > 0).toBe(true);
  // nproc is coreutils' own count of what the process may run on.
  const { stdout, status } = spawnSync("nproc", { encoding: "utf8", env: { PATH: process.env.PATH } });
  if (status === 0) expect(availableThreads({ told: undefined })).toBeLessThanOrEqual(Number(stdout));
});
