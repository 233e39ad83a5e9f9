# The competitor: secondary suppression by Gaussian elimination (Langsrud 2024) on the same plain files.
#
#   Rscript gauss_suppression.R FOLDER [SINGLETON_METHOD] [STATUS_FILE]
#
# FOLDER holds cells.csv and relations.csv; the method is anySum unless named; counts of 1 to 4 are sensitive and
# zeros are shown, as `observatoire plan --minimum 5 --zeros-unknown --guard recomputation` has them. Needs R with the
# packages Matrix and SSBtools.
suppressMessages({
  library(Matrix)
  library(SSBtools)
})
arguments <- commandArgs(TRUE)
folder <- arguments[1]
method <- if (length(arguments) > 1) arguments[2] else "anySum"
cells <- read.csv(file.path(folder, "cells.csv"), colClasses = c(id = "character"))
relations <- read.csv(file.path(folder, "relations.csv"), colClasses = c(cell = "character"))
relations$at <- match(relations$cell, cells$id)
inner <- setdiff(seq_len(nrow(cells)), relations$at[relations$coef < 0])

# Each total as the inner cells that it is the sum of, by one of the relations that it is the total of.
parts <- vector("list", nrow(cells))
for (relation in split(relations, relations$rel)) {
  total <- relation$at[relation$coef < 0]
  if (length(total) == 1 && is.null(parts[[total]])) parts[[total]] <- relation$at[relation$coef > 0]
}
known <- vector("list", nrow(cells))
for (cell in inner) known[[cell]] <- cell
inner_of <- function(cell) {
  if (is.null(known[[cell]])) known[[cell]] <<- unlist(lapply(parts[[cell]], inner_of))
  known[[cell]]
}
for (cell in seq_len(nrow(cells))) inner_of(cell)
matrix <- sparseMatrix(
  i = match(unlist(known), inner), j = rep(seq_len(nrow(cells)), lengths(known)), x = 1,
  dims = c(length(inner), nrow(cells))
)
count <- cells$freq
stopifnot(all(as.vector(crossprod(matrix, count[inner])) == count))

hidden <- which(cells$published == 0)
primary <- which(count > 0 & count < 5)
zeros <- which(count == 0 & cells$published == 1)
candidates <- c(zeros, setdiff(order(-count), c(hidden, zeros)))
start <- proc.time()
secondary <- GaussSuppression(
  matrix, candidates = candidates, primary = primary, forced = zeros, hidden = hidden,
  singleton = count[inner] == 1, singletonMethod = method, printInc = FALSE
)
seconds <- (proc.time() - start)[["user.self"]]
secondary <- setdiff(secondary, c(primary, hidden))
cat(sprintf(
  "%s, SSBtools %s, %s: %d masks, %d people, %.2f s\n",
  basename(folder), as.character(packageVersion("SSBtools")), method, length(secondary), sum(count[secondary]), seconds
))
if (length(arguments) > 2) {
  status <- rep("V", nrow(cells))
  status[secondary] <- "S"
  status[primary] <- "P"
  status[hidden] <- "H"
  write.csv(data.frame(id = cells$id, status = status), arguments[3], row.names = FALSE, quote = FALSE)
}
