/** @needs tensorflow export */

import { describeRandomMaskedModels } from "./describe-random-masked-models.js";

describeRandomMaskedModels(250);
