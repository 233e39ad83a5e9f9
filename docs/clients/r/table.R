# Households on the RSA by commune and age, page by page, as a data frame.
library(httr2)

query <- '
query Figures($filter: ObservationFilter!, $after: String) {
  observations(filter: $filter, first: 50, after: $after) {
    nodes { territory { code name } breakdown { label } value symbol withheld }
    pageInfo { hasNextPage endCursor }
  }
}'
filter <- list(
  indicators = list("PRE03"), level = "COMMUNE", within = "242100410",
  periods = list("2024"), dimensions = list("AGE")
)
api <- request(Sys.getenv("OBSERVATOIRE_URL", "http://127.0.0.1:8080")) |>
  req_url_path("/graphql") |>
  req_headers(
    Authorization = paste("Bearer", Sys.getenv("OBSERVATOIRE_TOKEN")),
    `X-Purpose` = Sys.getenv("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS"),
    `Accept-Language` = "en"
  ) |>
  req_error(body = \(answer) resp_body_string(answer))

page <- function(after) {
  answer <- req_body_json(api, list(query = query, variables = list(filter = filter, after = after))) |>
    req_perform() |>
    resp_body_json(simplifyVector = TRUE)
  if (!is.null(answer$errors)) {
    stop(paste(answer$errors$extensions$code, answer$errors$message, sep = ": ", collapse = "\n"))
  }
  answer$data$observations
}

figures <- data.frame()
after <- NULL
repeat {
  found <- page(after)
  # What is withheld has no number here: NA, never 0.
  figures <- rbind(figures, data.frame(
    territory = found$nodes$territory$code,
    name = found$nodes$territory$name,
    age = sapply(found$nodes$breakdown, \(breakdown) breakdown$label),
    found$nodes[c("value", "symbol", "withheld")]
  ))
  if (!found$pageInfo$hasNextPage) break
  after <- found$pageInfo$endCursor
}
write.table(figures, sep = "\t", quote = FALSE, row.names = FALSE, na = "")
