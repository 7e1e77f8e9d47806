/** Which parts of the answers' file are no labels: public, so that a reason may depend on them. */
export type Answers =
  | {
      readonly format: "csv";
      readonly kept: readonly string[];
      /** The label is the order of the parts of a cell; the parts are public. */
      readonly isOrder?: boolean;
    }
  | { readonly format: "jsonl"; readonly labels: readonly string[] };

/** What the reasons of a group of graders may depend on, beside the submission itself. */
export interface ReasonGroup {
  readonly name: string;
  readonly mayDependOn: string;
  /** By competition, the columns of the answers that are public. */
  readonly answers: Readonly<Record<string, Answers>>;
}

const csv = (...kept: string[]): Answers => ({ format: "csv", kept });

/** Every grader is in exactly one group. The security document's table is made of this. */
export const REASON_GROUPS: readonly ReasonGroup[] = [
  {
    name: "one row per id",
    mayDependOn: "the ids, columns and number of rows of the sample submission",
    answers: {
      "aerial-cactus-identification": csv("id"),
      "alaska2-image-steganalysis": csv("Id"),
      "billion-word-imputation": csv("id"),
      "bms-molecular-translation": csv("image_id"),
      "cdiscount-image-classification-challenge": csv("_id"),
      "chaii-hindi-and-tamil-question-answering": csv("id"),
      "champs-scalar-coupling": csv("id", "molecule_name", "atom_index_0", "atom_index_1", "type"),
      "denoising-dirty-documents": csv("id"),
      "detecting-insults-in-social-commentary": csv("Date", "Comment", "Usage"),
      "dog-breed-identification": csv("id"),
      "dogs-vs-cats-redux-kernels-edition": csv("id"),
      "facebook-recruiting-iii-keyword-extraction": csv("Id", "Title", "Body"),
      "herbarium-2020-fgvc7": csv("Id"),
      "herbarium-2021-fgvc8": csv("Id"),
      "herbarium-2022-fgvc9": csv("Id"),
      "histopathologic-cancer-detection": csv("id"),
      "hms-harmful-brain-activity-classification": csv("eeg_id"),
      "hotel-id-2021-fgvc8": csv("image"),
      "icecube-neutrinos-in-deep-ice": csv("event_id"),
      "imet-2020-fgvc7": csv("id"),
      "inaturalist-2019-fgvc6": csv("id"),
      "invasive-species-monitoring": csv("name"),
      "iwildcam-2019-fgvc6": csv("Id"),
      "iwildcam-2020-fgvc7": csv("Id"),
      "kuzushiji-recognition": csv("image_id"),
      "leaf-classification": csv("id"),
      "lmsys-chatbot-arena": csv("id"),
      "mlsp-2013-birds": csv("Id"),
      "multi-modal-gesture-recognition": csv("Id"),
      "petfinder-pawpularity-score": csv("Id"),
      "plant-pathology-2020-fgvc7": csv("image_id"),
      "plant-pathology-2021-fgvc8": csv("image"),
      "plant-seedlings-classification": csv("file"),
      "playground-series-s3e18": csv("id"),
      "predict-volcanic-eruptions-ingv-oe": csv("segment_id"),
      "random-acts-of-pizza": csv("request_id"),
      "ranzcr-clip-catheter-line-classification": csv("StudyInstanceUID"),
      "rsna-2022-cervical-spine-fracture-detection": csv("StudyInstanceUID", "prediction_type", "row_id"),
      "rsna-breast-cancer-detection": csv("prediction_id"),
      "rsna-miccai-brain-tumor-radiogenomic-classification": csv("BraTS21ID"),
      "seti-breakthrough-listen": csv("id"),
      "siim-isic-melanoma-classification": csv("image_name"),
      "smartphone-decimeter-2022": csv("tripId", "UnixTimeMillis"),
      "spooky-author-identification": csv("id"),
      "statoil-iceberg-classifier-challenge": csv("id"),
      "tabular-playground-series-may-2022": csv("id"),
      "tensorflow2-question-answering": { format: "jsonl", labels: ["annotations"] },
      "text-normalization-challenge-english-language": csv("id"),
      "text-normalization-challenge-russian-language": csv("id"),
      "tgs-salt-identification-challenge": csv("id"),
      "the-icml-2013-whale-challenge-right-whale-redux": csv("clip"),
      "us-patent-phrase-to-phrase-matching": csv("id", "anchor", "target", "context"),
      "vinbigdata-chest-xray-abnormalities-detection": csv("image_id"),
      "whale-categorization-playground": csv("Image"),
    },
  },
  {
    name: "rows by their position",
    mayDependOn: "the columns and number of rows of the sample submission",
    answers: {
      "google-quest-challenge": csv("qa_id"),
      "new-york-city-taxi-fare-prediction": csv("key"),
      "nomad2018-predict-transparent-conductors": csv("id"),
    },
  },
  {
    name: "class labels",
    mayDependOn:
      "the ids, columns and number of rows of the sample submission, and whether the labels are text or numbers and more than two, as in the training data",
    answers: {
      "aptos2019-blindness-detection": csv("id_code"),
      "cassava-leaf-disease-classification": csv("image_id"),
      "learning-agency-lab-automated-essay-scoring-2": csv("essay_id", "full_text"),
      "ml2021spring-hw2": csv("Id"),
      "movie-review-sentiment-analysis-kernels-only": csv("PhraseId", "SentenceId", "Phrase"),
      "nfl-player-contact-detection": csv(
        "contact_id",
        "game_play",
        "datetime",
        "step",
        "nfl_player_id_1",
        "nfl_player_id_2",
      ),
      "paddy-disease-classification": csv("image_id"),
      "spaceship-titanic": csv("PassengerId"),
      "tabular-playground-series-dec-2021": csv("Id"),
      "tensorflow-speech-recognition-challenge": csv("fname"),
    },
  },
  {
    name: "public facts of the test set",
    mayDependOn:
      "the ids, columns and number of rows of the sample submission, and what the public data say of the test set: sizes of images, names of a notebook's cells, which steps are breathed in",
    answers: {
      AI4Code: { format: "csv", kept: ["id"], isOrder: true },
      "google-research-identify-contrails-reduce-global-warming": csv("record_id", "height", "width"),
      "hubmap-kidney-segmentation": csv("id", "width_pixels", "height_pixels"),
      "uw-madison-gi-tract-image-segmentation": csv("id", "class", "image_width", "image_height"),
      "ventilator-pressure-prediction": csv("id", "breath_id", "R", "C", "time_step", "u_in", "u_out"),
      "vesuvius-challenge-ink-detection": csv("Id", "width", "height"),
    },
  },
  {
    name: "only some rows, boxes or ids count",
    mayDependOn:
      "the ids, columns and number of rows of the sample submission; validation checks every row and box in the same way, as what counts is a secret",
    answers: {
      "3d-object-detection-for-autonomous-vehicles": csv("Id"),
      "freesound-audio-tagging-2019": csv("fname"),
      "h-and-m-personalized-fashion-recommendations": csv("customer_id"),
      "jigsaw-toxic-comment-classification-challenge": csv("id"),
      "osic-pulmonary-fibrosis-progression": csv("Patient", "Weeks", "Patient_Week"),
      "stanford-covid-vaccine": csv("id_seqpos"),
    },
  },
  {
    name: "metrics that some answers leave without a value",
    mayDependOn:
      "the ids, columns and number of rows of the sample submission; on the answers only if they had one class alone or a text without words, which the real ones have not",
    answers: {
      "jigsaw-unintended-bias-in-toxicity-classification": csv("id"),
      "siim-covid19-detection": csv("id"),
      "tweet-sentiment-extraction": csv("textID", "text", "sentiment"),
    },
  },
];
