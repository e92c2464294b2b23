/** The key of a node's metadata_props that names the layer of the layers model which it was made of. */
export const LAYER_KEY = "congruent.layer";
