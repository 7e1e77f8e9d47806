import { definePreparer } from "../preparer.js";
import { prepareHerbarium } from "../records/herbarium.js";

export default definePreparer({
  id: "herbarium-2020-fgvc7",
  prepare: (context) =>
    prepareHerbarium(context, {
      folder: ["nybg2020"],
      encoding: "latin1",
      hidden: ["annotations", "categories", "regions"],
    }),
});
