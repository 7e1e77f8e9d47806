import { definePreparer } from "../preparer.js";
import { prepareTextNormalization } from "../texts/text-normalization.js";

export default definePreparer({
  id: "text-normalization-challenge-russian-language",
  prepare: (context) => prepareTextNormalization("ru", context),
});
