import { gradeProbabilitiesByAuc } from "../checks/index.js";
import { defineGrader } from "../define-grader.js";

export default defineGrader({
  id: "random-acts-of-pizza",
  grade: ({ submission, answers }) =>
    gradeProbabilitiesByAuc(submission, answers, { id: "request_id", target: "requester_received_pizza" }),
});
