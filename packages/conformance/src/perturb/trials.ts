import { PERTURBATIONS } from "./perturbations.js";

/** One raw table, altered in one way. */
export interface Trial {
  readonly id: string;
  /** `train.csv`, or `train.zip!train.csv` for one inside of an archive. */
  readonly table: string;
  readonly perturbation: string;
}

/** Tables that upstream's preparers read themselves, of competitions whose treatment of odd ones is recorded. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  AI4Code: ["train_orders.csv"],
  "freesound-audio-tagging-2019": ["sample_submission.csv"],
  "jigsaw-unintended-bias-in-toxicity-classification": ["test_private_expanded.csv"],
  "multi-modal-gesture-recognition": ["training.csv"],
  "new-york-city-taxi-fare-prediction": ["train.csv"],
  "aerial-cactus-identification": ["train.csv"],
  "aptos2019-blindness-detection": ["train.csv"],
  "bms-molecular-translation": ["train_labels.csv"],
  "chaii-hindi-and-tamil-question-answering": ["train.csv"],
  "champs-scalar-coupling": ["train.csv", "mulliken_charges.csv"],
  "detecting-insults-in-social-commentary": ["test_with_solutions.csv", "train.csv"],
  "dog-breed-identification": ["labels.csv"],
  "facebook-recruiting-iii-keyword-extraction": ["Train.zip!Train.csv"],
  "google-quest-challenge": ["train.csv"],
  "h-and-m-personalized-fashion-recommendations": ["transactions_train.csv"],
  "histopathologic-cancer-detection": ["train_labels.csv"],
  "hms-harmful-brain-activity-classification": ["train.csv"],
  "hotel-id-2021-fgvc8": ["train.csv"],
  "hubmap-kidney-segmentation": ["train.csv", "HuBMAP-20-dataset_information.csv"],
  "imet-2020-fgvc7": ["train.csv"],
  "iwildcam-2019-fgvc6": ["train.csv"],
  "jigsaw-toxic-comment-classification-challenge": [
    "sample_submission.csv.zip!sample_submission.csv",
    "test_labels.csv.zip!test_labels.csv",
  ],
  "kuzushiji-recognition": ["train.csv"],
  "leaf-classification": ["train.csv.zip!train.csv"],
  "learning-agency-lab-automated-essay-scoring-2": ["train.csv"],
  "lmsys-chatbot-arena": ["train.csv"],
  "mlsp-2013-birds": [
    "mlsp_contest_dataset.zip!mlsp_contest_dataset/essential_data/CVfolds_2.txt",
    "mlsp_contest_dataset.zip!mlsp_contest_dataset/essential_data/rec_id2filename.txt",
  ],
  "movie-review-sentiment-analysis-kernels-only": ["train.tsv.zip!train.tsv"],
  "nfl-player-contact-detection": ["train_labels.csv", "train_video_metadata.csv"],
  "nomad2018-predict-transparent-conductors": ["train.csv.zip!train.csv"],
  "osic-pulmonary-fibrosis-progression": ["train.csv"],
  "paddy-disease-classification": ["train.csv", "sample_submission.csv"],
  "petfinder-pawpularity-score": ["train.csv"],
  "plant-pathology-2020-fgvc7": ["train.csv"],
  "plant-pathology-2021-fgvc8": ["train.csv"],
  "playground-series-s3e18": ["train.csv"],
  "predict-volcanic-eruptions-ingv-oe": ["train.csv"],
  "ranzcr-clip-catheter-line-classification": ["train.csv"],
  "rsna-2022-cervical-spine-fracture-detection": ["train.csv", "train_bounding_boxes.csv"],
  "rsna-breast-cancer-detection": ["train.csv"],
  "rsna-miccai-brain-tumor-radiogenomic-classification": ["train_labels.csv"],
  "seti-breakthrough-listen": ["train_labels.csv"],
  "siim-covid19-detection": ["train_study_level.csv", "train_image_level.csv"],
  "spaceship-titanic": ["train.csv"],
  "spooky-author-identification": ["train.zip!train.csv"],
  "tabular-playground-series-dec-2021": ["train.csv"],
  "text-normalization-challenge-english-language": ["en_train.csv.zip!en_train.csv"],
  "text-normalization-challenge-russian-language": ["ru_train.csv.zip!ru_train.csv"],
  "tgs-salt-identification-challenge": ["competition_data.zip!competition_data/train.csv", "depths.csv"],
  "tweet-sentiment-extraction": ["train.csv"],
  "us-patent-phrase-to-phrase-matching": ["train.csv"],
  "uw-madison-gi-tract-image-segmentation": ["train.csv"],
  "ventilator-pressure-prediction": ["train.csv"],
  "vesuvius-challenge-ink-detection": ["train/3/inklabels_rle.csv"],
  "vinbigdata-chest-xray-abnormalities-detection": ["train.csv"],
  "whale-categorization-playground": ["train.csv"],
};

/** Every trial of some competitions. @default all */
export function listTrials(ids: readonly string[] = Object.keys(TABLES)): Trial[] {
  return ids.flatMap((id) =>
    (TABLES[id] ?? []).flatMap((table) =>
      Object.keys(PERTURBATIONS).map((perturbation) => ({ id, table, perturbation })),
    ),
  );
}

/** The trial's name among those of its competition. */
export function trialName({ table, perturbation }: Trial): string {
  return `${table.split("!").at(-1)!.split("/").at(-1)!}: ${perturbation}`;
}
