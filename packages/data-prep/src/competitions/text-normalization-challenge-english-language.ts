import { definePreparer } from "../preparer.js";
import { prepareTextNormalization } from "../texts/text-normalization.js";

export default definePreparer({
  id: "text-normalization-challenge-english-language",
  prepare: (context) => prepareTextNormalization("en", context),
});
