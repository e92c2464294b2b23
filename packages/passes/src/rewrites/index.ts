/** Every rewrite by its name. */
import type { Rewrite } from "./rewrite.js";
import { webgpuConvChannels } from "./webgpu-conv-channels.js";
import { webgpuConvEndPadding } from "./webgpu-conv-end-padding.js";
import { webgpuConvGroups } from "./webgpu-conv-groups.js";

/** In the order in which they are applied: what one makes of a node another may change again. */
export const rewrites = { webgpuConvGroups, webgpuConvEndPadding, webgpuConvChannels } satisfies Readonly<
  Record<string, Rewrite>
>;

export type RewriteName = keyof typeof rewrites;
