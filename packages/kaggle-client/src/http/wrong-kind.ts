import type { HttpResponse } from "./transport.js";

/**
 * Whether an answer, whatever its status, is a web page in place of a file: a login page, a proxy's or a hotel's. A name without
 * an ending says nothing about what the file holds.
 */
export function isPageInPlaceOf(fileName: string, response: HttpResponse): boolean {
  const isPage = /^\s*text\/html\b/i.test(response.header("content-type") ?? "");
  return isPage && /\.[a-z0-9]+$/i.test(fileName) && !/\.x?html?$/i.test(fileName);
}

/** Whether an answer is JSON in place of a file, such as a complaint of Kaggle's. */
export function isJsonInPlaceOf(fileName: string, response: HttpResponse): boolean {
  const isJson = /^\s*application\/json\b/i.test(response.header("content-type") ?? "");
  return isJson && !/(?:json|jsonl|ipynb)$/i.test(fileName);
}
