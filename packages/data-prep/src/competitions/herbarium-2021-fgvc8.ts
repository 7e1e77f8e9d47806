import { definePreparer } from "../preparer.js";
import { prepareHerbarium } from "../records/herbarium.js";

export default definePreparer({
  id: "herbarium-2021-fgvc8",
  prepare: (context) =>
    prepareHerbarium(context, { folder: [], hidden: ["annotations", "categories", "institutions"] }),
});
