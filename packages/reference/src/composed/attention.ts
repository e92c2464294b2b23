import type { Composition } from "./composer.js";
import { groupQueryAttention } from "./group-query-attention.js";
import { multiHeadAttention } from "./multi-head-attention.js";
import { attention, qAttention } from "./self-attention.js";

/** What transformers are made of. */
export const attentions: Readonly<Record<string, Composition>> = {
  Attention: attention,
  GroupQueryAttention: groupQueryAttention,
  MultiHeadAttention: multiHeadAttention,
  QAttention: qAttention,
};
