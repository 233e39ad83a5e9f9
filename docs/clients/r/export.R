# The same figures from a file, with nothing but what R brings by itself.
api <- Sys.getenv("OBSERVATOIRE_URL", "http://127.0.0.1:8080")
headers <- c(
  Authorization = paste("Bearer", Sys.getenv("OBSERVATOIRE_TOKEN")),
  `X-Purpose` = Sys.getenv("OBSERVATOIRE_PURPOSE", "NEEDS_ANALYSIS")
)
table <- "indicators=PRE03&level=COMMUNE&within=242100410&periods=2024&dimensions=AGE&language=en"

# Codes are texts: read as numbers, 01004 would lose its zero. A field that is empty is NA, never 0.
figures <- read.csv(
  url(paste0(api, "/export/csv?", table), headers = headers),
  colClasses = c(territory = "character", period = "character", value = "numeric"),
  na.strings = "", encoding = "UTF-8"
)
write.table(figures, sep = "\t", quote = FALSE, row.names = FALSE, na = "")
