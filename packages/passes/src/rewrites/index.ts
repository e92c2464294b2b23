/** Every rewrite by its name. */
import type { Rewrite } from "./rewrite.js";
import { webgpuConvChannels } from "./webgpu-conv-channels.js";

export const rewrites = { webgpuConvChannels } satisfies Readonly<Record<string, Rewrite>>;

export type RewriteName = keyof typeof rewrites;
