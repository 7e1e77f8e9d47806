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
  "chaii-hindi-and-tamil-question-answering": ["train.csv"],
  "dog-breed-identification": ["labels.csv"],
  "facebook-recruiting-iii-keyword-extraction": ["Train.zip!Train.csv"],
  "hubmap-kidney-segmentation": ["train.csv", "HuBMAP-20-dataset_information.csv"],
  "jigsaw-toxic-comment-classification-challenge": [
    "sample_submission.csv.zip!sample_submission.csv",
    "test_labels.csv.zip!test_labels.csv",
  ],
  "kuzushiji-recognition": ["train.csv"],
  "leaf-classification": ["train.csv.zip!train.csv"],
  "mlsp-2013-birds": [
    "mlsp_contest_dataset.zip!mlsp_contest_dataset/essential_data/CVfolds_2.txt",
    "mlsp_contest_dataset.zip!mlsp_contest_dataset/essential_data/rec_id2filename.txt",
  ],
  "nomad2018-predict-transparent-conductors": ["train.csv.zip!train.csv"],
  "osic-pulmonary-fibrosis-progression": ["train.csv"],
  "paddy-disease-classification": ["train.csv", "sample_submission.csv"],
  "plant-pathology-2020-fgvc7": ["train.csv"],
  "playground-series-s3e18": ["train.csv"],
  "rsna-breast-cancer-detection": ["train.csv"],
  "siim-covid19-detection": ["train_study_level.csv", "train_image_level.csv"],
  "spooky-author-identification": ["train.zip!train.csv"],
  "text-normalization-challenge-english-language": ["en_train.csv.zip!en_train.csv"],
  "text-normalization-challenge-russian-language": ["ru_train.csv.zip!ru_train.csv"],
  "tgs-salt-identification-challenge": ["competition_data.zip!competition_data/train.csv", "depths.csv"],
  "uw-madison-gi-tract-image-segmentation": ["train.csv"],
  "ventilator-pressure-prediction": ["train.csv"],
  "vesuvius-challenge-ink-detection": ["train/3/inklabels_rle.csv"],
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
