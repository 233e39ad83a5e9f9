-- SUM passes over NULL: alone, it would give a total that lacks whatever is withheld.
SELECT territory, territory_label, period,
       CASE WHEN COUNT(value) = COUNT(*) THEN SUM(value) END AS value,
       COUNT(*) - COUNT(value) AS withheld
FROM figures
GROUP BY territory, territory_label, period
ORDER BY territory, period
