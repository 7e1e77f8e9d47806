// Generated from this folder by scripts/generate-registry.mjs; do not edit.
import type { Preparer } from "../preparer.js";

/** Loads a competition's preparer when it is asked for, so that starting up reads none of them. */
export const PREPARERS: Readonly<Record<string, () => Promise<{ readonly default: Preparer }>>> = {
  "aerial-cactus-identification": () => import("./aerial-cactus-identification.js"),
  "aptos2019-blindness-detection": () => import("./aptos2019-blindness-detection.js"),
  "bms-molecular-translation": () => import("./bms-molecular-translation.js"),
  "cassava-leaf-disease-classification": () => import("./cassava-leaf-disease-classification.js"),
  "chaii-hindi-and-tamil-question-answering": () => import("./chaii-hindi-and-tamil-question-answering.js"),
  "dog-breed-identification": () => import("./dog-breed-identification.js"),
  "dogs-vs-cats-redux-kernels-edition": () => import("./dogs-vs-cats-redux-kernels-edition.js"),
  "google-quest-challenge": () => import("./google-quest-challenge.js"),
  "histopathologic-cancer-detection": () => import("./histopathologic-cancer-detection.js"),
  "hotel-id-2021-fgvc8": () => import("./hotel-id-2021-fgvc8.js"),
  "imet-2020-fgvc7": () => import("./imet-2020-fgvc7.js"),
  "invasive-species-monitoring": () => import("./invasive-species-monitoring.js"),
  "jigsaw-toxic-comment-classification-challenge": () => import("./jigsaw-toxic-comment-classification-challenge.js"),
  "jigsaw-unintended-bias-in-toxicity-classification": () =>
    import("./jigsaw-unintended-bias-in-toxicity-classification.js"),
  "kuzushiji-recognition": () => import("./kuzushiji-recognition.js"),
  "leaf-classification": () => import("./leaf-classification.js"),
  "learning-agency-lab-automated-essay-scoring-2": () => import("./learning-agency-lab-automated-essay-scoring-2.js"),
  "lmsys-chatbot-arena": () => import("./lmsys-chatbot-arena.js"),
  "movie-review-sentiment-analysis-kernels-only": () => import("./movie-review-sentiment-analysis-kernels-only.js"),
  "paddy-disease-classification": () => import("./paddy-disease-classification.js"),
  "petfinder-pawpularity-score": () => import("./petfinder-pawpularity-score.js"),
  "plant-pathology-2020-fgvc7": () => import("./plant-pathology-2020-fgvc7.js"),
  "plant-pathology-2021-fgvc8": () => import("./plant-pathology-2021-fgvc8.js"),
  "plant-seedlings-classification": () => import("./plant-seedlings-classification.js"),
  "playground-series-s3e18": () => import("./playground-series-s3e18.js"),
  "predict-volcanic-eruptions-ingv-oe": () => import("./predict-volcanic-eruptions-ingv-oe.js"),
  "ranzcr-clip-catheter-line-classification": () => import("./ranzcr-clip-catheter-line-classification.js"),
  "rsna-miccai-brain-tumor-radiogenomic-classification": () =>
    import("./rsna-miccai-brain-tumor-radiogenomic-classification.js"),
  "seti-breakthrough-listen": () => import("./seti-breakthrough-listen.js"),
  "siim-isic-melanoma-classification": () => import("./siim-isic-melanoma-classification.js"),
  "spaceship-titanic": () => import("./spaceship-titanic.js"),
  "spooky-author-identification": () => import("./spooky-author-identification.js"),
  "tensorflow-speech-recognition-challenge": () => import("./tensorflow-speech-recognition-challenge.js"),
  "the-icml-2013-whale-challenge-right-whale-redux": () =>
    import("./the-icml-2013-whale-challenge-right-whale-redux.js"),
  "tweet-sentiment-extraction": () => import("./tweet-sentiment-extraction.js"),
  "us-patent-phrase-to-phrase-matching": () => import("./us-patent-phrase-to-phrase-matching.js"),
  "whale-categorization-playground": () => import("./whale-categorization-playground.js"),
};
