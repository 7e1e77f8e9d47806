import { readCsv, writeCsv } from "@mlebench/frame";
import { definePreparer } from "../preparer.js";
import { oneHotAnswers } from "../tables/one-hot-answers.js";
import { requireDistinct } from "../tables/require-distinct.js";
import { textCells } from "../tables/text-cells.js";
import { trainTestSplitFrame } from "../tables/train-test-split-frame.js";

/** Alphabetical, as in the competition's sample submission. */
const SPECIES = [
  "Acer_Capillipes",
  "Acer_Circinatum",
  "Acer_Mono",
  "Acer_Opalus",
  "Acer_Palmatum",
  "Acer_Pictum",
  "Acer_Platanoids",
  "Acer_Rubrum",
  "Acer_Rufinerve",
  "Acer_Saccharinum",
  "Alnus_Cordata",
  "Alnus_Maximowiczii",
  "Alnus_Rubra",
  "Alnus_Sieboldiana",
  "Alnus_Viridis",
  "Arundinaria_Simonii",
  "Betula_Austrosinensis",
  "Betula_Pendula",
  "Callicarpa_Bodinieri",
  "Castanea_Sativa",
  "Celtis_Koraiensis",
  "Cercis_Siliquastrum",
  "Cornus_Chinensis",
  "Cornus_Controversa",
  "Cornus_Macrophylla",
  "Cotinus_Coggygria",
  "Crataegus_Monogyna",
  "Cytisus_Battandieri",
  "Eucalyptus_Glaucescens",
  "Eucalyptus_Neglecta",
  "Eucalyptus_Urnigera",
  "Fagus_Sylvatica",
  "Ginkgo_Biloba",
  "Ilex_Aquifolium",
  "Ilex_Cornuta",
  "Liquidambar_Styraciflua",
  "Liriodendron_Tulipifera",
  "Lithocarpus_Cleistocarpus",
  "Lithocarpus_Edulis",
  "Magnolia_Heptapeta",
  "Magnolia_Salicifolia",
  "Morus_Nigra",
  "Olea_Europaea",
  "Phildelphus",
  "Populus_Adenopoda",
  "Populus_Grandidentata",
  "Populus_Nigra",
  "Prunus_Avium",
  "Prunus_X_Shmittii",
  "Pterocarya_Stenoptera",
  "Quercus_Afares",
  "Quercus_Agrifolia",
  "Quercus_Alnifolia",
  "Quercus_Brantii",
  "Quercus_Canariensis",
  "Quercus_Castaneifolia",
  "Quercus_Cerris",
  "Quercus_Chrysolepis",
  "Quercus_Coccifera",
  "Quercus_Coccinea",
  "Quercus_Crassifolia",
  "Quercus_Crassipes",
  "Quercus_Dolicholepis",
  "Quercus_Ellipsoidalis",
  "Quercus_Greggii",
  "Quercus_Hartwissiana",
  "Quercus_Ilex",
  "Quercus_Imbricaria",
  "Quercus_Infectoria_sub",
  "Quercus_Kewensis",
  "Quercus_Nigra",
  "Quercus_Palustris",
  "Quercus_Phellos",
  "Quercus_Phillyraeoides",
  "Quercus_Pontica",
  "Quercus_Pubescens",
  "Quercus_Pyrenaica",
  "Quercus_Rhysophylla",
  "Quercus_Rubra",
  "Quercus_Semecarpifolia",
  "Quercus_Shumardii",
  "Quercus_Suber",
  "Quercus_Texana",
  "Quercus_Trojana",
  "Quercus_Variabilis",
  "Quercus_Vulcanica",
  "Quercus_x_Hispanica",
  "Quercus_x_Turneri",
  "Rhododendron_x_Russellianum",
  "Salix_Fragilis",
  "Salix_Intergra",
  "Sorbus_Aria",
  "Tilia_Oliveri",
  "Tilia_Platyphyllos",
  "Tilia_Tomentosa",
  "Ulmus_Bergmanniana",
  "Viburnum_Tinus",
  "Viburnum_x_Rhytidophylloides",
  "Zelkova_Serrata",
];

export default definePreparer({
  id: "leaf-classification",
  async prepare({ raw, publicDir, privateDir, scratch, extract, place }) {
    await extract(raw.file("train.csv.zip"), scratch);
    await extract(raw.file("images.zip"), scratch);
    const all = await readCsv(scratch.join("train.csv"));
    requireDistinct(all, "id", "train.csv");
    const { train, test } = trainTestSplitFrame(all, { testSize: 0.1, random: 0 });
    const answers = oneHotAnswers(test, { id: "id", target: "species", classes: SPECIES });
    let sample = answers;
    for (const species of SPECIES) sample = sample.withColumn(species, 1 / SPECIES.length);

    const images = textCells(all, "id").map((id) => `${id}.jpg`);
    await place(images.map((image) => ({ from: scratch.join("images", image), to: publicDir.join("images", image) })));
    privateDir.dir("images");
    await writeCsv(publicDir.file("train.csv"), train);
    await writeCsv(publicDir.file("test.csv"), test.drop("species"));
    await writeCsv(publicDir.file("sample_submission.csv"), sample);
    await writeCsv(privateDir.file("test.csv"), answers);
  },
});
