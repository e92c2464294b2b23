/** What the cells of a confusion matrix show. */
export const CONFUSION_CELLS = ["counts", "true", "pred", "all"] as const;
export type ConfusionCells = (typeof CONFUSION_CELLS)[number];
