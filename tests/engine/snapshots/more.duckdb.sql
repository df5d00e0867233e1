-- member
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t0"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."category" AS "code",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    NOT (
      "t0"."suspended"
    ) AS "c2"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- group
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- entry
SELECT
  "t1"."unit_id",
  "t1"."code",
  BIT_OR("t1"."v0") AS "t0",
  COUNT(*) AS "t1",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t2",
  COUNT(*) FILTER(WHERE
    "t1"."c2" AND "t1"."c3" AND "t1"."c4" AND "t1"."c5") AS "t3",
  COUNT(*) FILTER(WHERE
    "t1"."c2" AND "t1"."c3" AND "t1"."c6" AND "t1"."c7") AS "t4"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    CASE
      WHEN (
        "t0"."quarter" >= 1
      ) AND (
        "t0"."quarter" <= 62
      )
      THEN 1 << (
        "t0"."quarter" - 1
      )
      ELSE 0
    END AS "v0",
    "t0"."date_key" >= 701 AS "c0",
    "t0"."date_key" <= 1130 AS "c1",
    "t0"."kind" IN ('visit') AS "c2",
    "t0"."post" IN ('secretary') AS "c3",
    "t0"."month" >= 1 AS "c4",
    "t0"."month" <= 6 AS "c5",
    "t0"."month" >= 7 AS "c6",
    "t0"."month" <= 12 AS "c7"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- entry_past
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c1") AS "t1",
  COUNT(*) FILTER(WHERE
    "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t2"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."day" >= -89 AS "c0",
    "t0"."date_key" >= 1 AS "c1",
    "t0"."date_key" >= -10000 AS "c2",
    "t0"."date_key" <= -1 AS "c3",
    "t0"."same_days" AS "c4"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- publication
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0") AS "t0"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."days_shown" >= 7 AS "c0"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- entry_value
SELECT
  "t1"."unit_id",
  "t1"."code",
  MAX("t1"."v0") FILTER(WHERE
    "t1"."c0") AS "t0",
  MAX("t1"."v0") FILTER(WHERE
    "t1"."c1") AS "t1",
  SUM("t1"."v0") FILTER(WHERE
    "t1"."c2") AS "t2",
  COUNT(*) FILTER(WHERE
    "t1"."c3" AND "t1"."c4") AS "t3",
  COUNT(*) FILTER(WHERE
    "t1"."c3" AND "t1"."c5") AS "t4",
  COUNT(*) FILTER(WHERE
    "t1"."c3" AND "t1"."c6") AS "t5",
  COUNT(*) FILTER(WHERE
    "t1"."c7") AS "t6",
  SUM("t1"."v0") FILTER(WHERE
    "t1"."c7") AS "t7"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."number" AS "v0",
    "t0"."field" IN ('visits') AS "c0",
    "t0"."field" IN ('studies') AS "c1",
    "t0"."field" IN ('hours') AS "c2",
    "t0"."field" IN ('level') AS "c3",
    "t0"."code" IN ('city') AS "c4",
    "t0"."code" IN ('county') AS "c5",
    "t0"."code" IN ('town') AS "c6",
    "t0"."field" IN ('debts') AS "c7"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- segment
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c5"
    AND "t1"."c6"
    AND "t1"."c7"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c8"
    AND "t1"."c9") AS "t1",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4" AND "t1"."c10") AS "t2",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c11" AND "t1"."c12" AND "t1"."c13" AND "t1"."c3" AND "t1"."c4" AND "t1"."c10") AS "t3",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0"
    AND "t1"."c5"
    AND "t1"."c6"
    AND "t1"."c7"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c10") AS "t4"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    CAST(CASE
      WHEN "t0"."form" = 'service'
      THEN 1
      WHEN "t0"."form" = 'study'
      THEN 2
      WHEN "t0"."form" = 'visit'
      THEN 4
      ELSE 0
    END AS BIGINT) AS "v0",
    "t0"."convener" IN ('branch') AS "c0",
    "t0"."present" >= 3 AS "c1",
    (
      "t0"."present" + (
        "t0"."nonmembers" * -1
      )
    ) >= 0 AS "c2",
    "t0"."missing_fields" <= 0 AS "c3",
    NOT (
      "t0"."duplicate"
    ) AS "c4",
    "t0"."presider_post" IN ('secretary', 'deputy') AS "c5",
    "t0"."entitled" >= 1 AS "c6",
    (
      (
        "t0"."present_entitled" * 2
      ) + (
        "t0"."entitled" * -1
      )
    ) >= 0 AS "c7",
    "t0"."date_key" >= 101 AS "c8",
    "t0"."date_key" <= 331 AS "c9",
    "t0"."form" IN ('service', 'study', 'visit') AS "c10",
    "t0"."presider_post" IN ('secretary') AS "c11",
    "t0"."due" >= 1 AS "c12",
    (
      (
        "t0"."present" * 2
      ) + (
        "t0"."due" * -1
      )
    ) >= 1 AS "c13"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- segment_whole
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c5"
    AND "t1"."c6"
    AND "t1"."c7") AS "t0",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c5"
    AND "t1"."c6") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."record_id" AS "v0",
    "t0"."kind" IN ('assembly') AS "c0",
    "t0"."convener" IN ('branch') AS "c1",
    "t0"."presider_post" IN ('secretary', 'deputy') AS "c2",
    "t0"."entitled" >= 1 AS "c3",
    (
      (
        "t0"."present_entitled" * 2
      ) + (
        "t0"."entitled" * -1
      )
    ) >= 0 AS "c4",
    "t0"."missing_fields" <= 0 AS "c5",
    NOT (
      "t0"."duplicate"
    ) AS "c6",
    "t0"."day" <= -15 AS "c7"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- segment_link
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."record_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."record_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."kind" IN ('assembly')
        AND "t0"."convener" IN ('branch')
        AND "t0"."presider_post" IN ('secretary', 'deputy')
        AND "t0"."entitled" >= 1
        AND (
          (
            "t0"."present_entitled" * 2
          ) + (
            "t0"."entitled" * -1
          )
        ) >= 0
        AND "t0"."missing_fields" <= 0
        AND NOT (
          "t0"."duplicate"
        )
        AND "t0"."day" <= -15
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."record_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."record_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."target_kind" IN ('rectify_list')
            AND "t1"."after_days" >= 0
            AND "t1"."after_days" <= 15
            AND (
              (
                "t1"."day" * -1
              ) + (
                "t1"."after_days" * -1
              )
            ) >= 0
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."record_id" = "t7"."record_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- segment_link
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."record_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."record_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."kind" IN ('assembly')
        AND "t0"."convener" IN ('branch')
        AND "t0"."presider_post" IN ('secretary', 'deputy')
        AND "t0"."entitled" >= 1
        AND (
          (
            "t0"."present_entitled" * 2
          ) + (
            "t0"."entitled" * -1
          )
        ) >= 0
        AND "t0"."missing_fields" <= 0
        AND NOT (
          "t0"."duplicate"
        )
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."record_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."record_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."target_kind" IN ('rectify_list')
            AND "t1"."after_days" >= 0
            AND "t1"."after_days" <= 15
            AND (
              (
                "t1"."day" * -1
              ) + (
                "t1"."after_days" * -1
              )
            ) >= 0
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."record_id" = "t7"."record_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- entry_whole
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."record_id" AS "v0",
    "t0"."kind" IN ('visit') AS "c0",
    "t0"."day" <= -30 AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- entry_link
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t3"."unit_id",
      "t3"."record_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."record_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."kind" IN ('visit') AND "t0"."day" <= -30
    ) AS "t3"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."record_id"
      FROM (
        SELECT
          "t4"."unit_id",
          "t4"."record_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."target_kind" IN ('notice')
            AND "t1"."after_days" >= 0
            AND "t1"."after_days" <= 30
            AND (
              (
                "t1"."day" * -1
              ) + (
                "t1"."after_days" * -1
              )
            ) >= 0
            AND "t1"."relation" IN ('follows')
        ) AS "t4"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t3"."unit_id" = "t7"."unit_id" AND "t3"."record_id" = "t7"."record_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- entry_link
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t3"."unit_id",
      "t3"."record_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."record_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."kind" IN ('visit')
    ) AS "t3"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."record_id"
      FROM (
        SELECT
          "t4"."unit_id",
          "t4"."record_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."target_kind" IN ('notice')
            AND "t1"."after_days" >= 0
            AND "t1"."after_days" <= 30
            AND (
              (
                "t1"."day" * -1
              ) + (
                "t1"."after_days" * -1
              )
            ) >= 0
            AND "t1"."relation" IN ('follows')
        ) AS "t4"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t3"."unit_id" = "t7"."unit_id" AND "t3"."record_id" = "t7"."record_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- part
SELECT
  "t1"."unit_id",
  "t1"."code",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."role" AS "code",
    CASE
      WHEN (
        "t0"."quarter" >= 1
      ) AND (
        "t0"."quarter" <= 62
      )
      THEN 1 << (
        "t0"."quarter" - 1
      )
      ELSE 0
    END AS "v0",
    "t0"."post" IN ('secretary') AS "c0",
    "t0"."role" IN ('presider') AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- matter
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."state" IN ('closed') AS "c0",
    "t0"."conforms" AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- matter_step
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."step" IN ('vote', 'publish') AS "c0",
    "t0"."conforms" OR "t0"."excused" AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- below
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t1",
  MIN("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t2",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c5") AS "t3",
  SUM("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c5") AS "t4",
  COUNT(*) FILTER(WHERE
    "t1"."c6" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3") AS "t5",
  COUNT(*) FILTER(WHERE
    "t1"."c6" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c7") AS "t6"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."standard" AS "code",
    "t0"."permille" AS "v0",
    "t0"."clause" IN ('') AS "c0",
    "t0"."year" >= 0 AS "c1",
    "t0"."year" <= 0 AS "c2",
    "t0"."judged" AS "c3",
    "t0"."depth" <= 1 AS "c4",
    "t0"."kind" IN ('branch') AS "c5",
    "t0"."clause" IN ('monthly') AS "c6",
    "t0"."verdict" IN ('met') AS "c7"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- below_median
SELECT
  "t4"."unit_id",
  '' AS "code",
  "t4"."t0"
FROM (
  SELECT
    "t3"."unit_id",
    SUM(
      "t3"."value" * CASE WHEN (
        "t3"."place" * 2
      ) = (
        "t3"."rows" - 1
      ) THEN 2 ELSE 1 END
    ) AS "t0"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t1"."unit_id",
        "t1"."value",
        ROW_NUMBER() OVER (
          PARTITION BY "t1"."unit_id"
          ORDER BY "t1"."value" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "place",
        COUNT(*) OVER (
          PARTITION BY "t1"."unit_id"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "rows"
      FROM (
        SELECT
          "t0"."unit_id",
          "t0"."permille" AS "value"
        FROM "rows" AS "t0"
        WHERE
          "t0"."standard" IN ('every')
          AND "t0"."clause" IN ('')
          AND "t0"."year" >= 0
          AND "t0"."year" <= 0
          AND "t0"."judged"
      ) AS "t1"
    ) AS "t2"
    WHERE
      (
        (
          "t2"."place" * 2
        ) = (
          "t2"."rows" - 1
        )
      )
      OR (
        (
          "t2"."place" * 2
        ) = "t2"."rows"
      )
      OR (
        (
          "t2"."place" * 2
        ) = (
          "t2"."rows" - 2
        )
      )
  ) AS "t3"
  GROUP BY
    1
) AS "t4";

-- entry_value_past
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0") AS "t0",
  MAX("t1"."v0") FILTER(WHERE
    "t1"."c0") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."number" AS "v0",
    "t0"."field" IN ('area') AS "c0"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- outcome
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    "t0"."value" IN ('backward') AS "c2"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- result
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3") AS "t1",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c4") AS "t2",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c5" AND "t1"."c6") AS "t3",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c5" AND "t1"."c6" AND "t1"."c4") AS "t4"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."standard" AS "code",
    "t0"."clause" IN ('') AS "c0",
    "t0"."year" >= -1 AS "c1",
    "t0"."year" <= -1 AS "c2",
    "t0"."permille" >= 700 AS "c3",
    "t0"."level" IN ('poor') AS "c4",
    "t0"."year" >= -2 AS "c5",
    "t0"."year" <= -2 AS "c6"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- member_whole
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t0",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."person_id" AS "v0",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    NOT (
      "t0"."suspended"
    ) AS "c2",
    "t0"."category" IN ('full') AS "c3"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- member_attendance
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."person_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."person_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."from_day" <= 0 AND "t0"."to_day" >= 0 AND NOT (
          "t0"."suspended"
        )
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."person_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."person_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."state" IN ('present') AND "t1"."month" >= 1 AND "t1"."month" <= 3
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."person_id" = "t7"."person_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- member_attendance
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."person_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."person_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."from_day" <= 0 AND "t0"."to_day" >= 0 AND NOT (
          "t0"."suspended"
        )
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."person_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."person_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."state" IN ('present') AND "t1"."month" >= 4 AND "t1"."month" <= 6
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."person_id" = "t7"."person_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- member_attendance
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."person_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."person_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."from_day" <= 0 AND "t0"."to_day" >= 0 AND NOT (
          "t0"."suspended"
        )
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."person_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."person_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."state" IN ('present') AND "t1"."month" >= 7 AND "t1"."month" <= 9
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."person_id" = "t7"."person_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- member_attendance
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."person_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."person_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."from_day" <= 0 AND "t0"."to_day" >= 0 AND NOT (
          "t0"."suspended"
        )
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."person_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."person_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."state" IN ('present') AND "t1"."month" >= 10 AND "t1"."month" <= 12
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."person_id" = "t7"."person_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- member_entry
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t4"."unit_id",
      "t4"."person_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."person_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."from_day" <= 0
        AND "t0"."to_day" >= 0
        AND NOT (
          "t0"."suspended"
        )
        AND "t0"."category" IN ('full')
    ) AS "t4"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."person_id"
      FROM (
        SELECT
          "t3"."unit_id",
          "t3"."person_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."kind" IN ('visit')
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."person_id" = "t7"."person_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- term
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0",
  MAX("t1"."v0") FILTER(WHERE
    "t1"."c0") AS "t1",
  MAX("t1"."v1") FILTER(WHERE
    "t1"."c0") AS "t2"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."to_day" AS "v0",
    "t0"."extended_to" AS "v1",
    "t0"."from_day" <= 0 AS "c0",
    (
      "t0"."to_day" >= 0
    ) OR (
      "t0"."extended_to" >= 0
    ) AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- document
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c2") AS "t1",
  COUNT(*) FILTER(WHERE
    "t1"."c3" AND "t1"."c4") AS "t2"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    CASE
      WHEN (
        "t0"."quarter" >= 1
      ) AND (
        "t0"."quarter" <= 62
      )
      THEN 1 << (
        "t0"."quarter" - 1
      )
      ELSE 0
    END AS "v0",
    "t0"."year" >= 0 AS "c0",
    "t0"."year" <= 0 AS "c1",
    "t0"."date_key" >= 1 AS "c2",
    "t0"."date_key" >= 201 AS "c3",
    "t0"."date_key" <= 229 AS "c4"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- document_past
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c1") AS "t1",
  COUNT(*) FILTER(WHERE
    "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t2"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    "t0"."day" >= -99 AS "c0",
    "t0"."date_key" >= 1 AS "c1",
    "t0"."date_key" >= -10000 AS "c2",
    "t0"."date_key" <= -1 AS "c3",
    "t0"."same_days" AS "c4"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- document_whole
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c1") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."record_id" AS "v0",
    "t0"."day" <= -30 AS "c0",
    "t0"."date_key" >= 1 AS "c1"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- document_link
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t3"."unit_id",
      "t3"."record_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."record_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."day" <= -30 AND "t0"."date_key" >= 1
    ) AS "t3"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."record_id"
      FROM (
        SELECT
          "t4"."unit_id",
          "t4"."record_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."target_kind" IN ('notice')
            AND "t1"."after_days" >= 0
            AND "t1"."after_days" <= 30
            AND (
              (
                "t1"."day" * -1
              ) + (
                "t1"."after_days" * -1
              )
            ) >= 0
        ) AS "t4"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t3"."unit_id" = "t7"."unit_id" AND "t3"."record_id" = "t7"."record_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- document_link
SELECT
  "t9"."unit_id",
  '' AS "code",
  "t9"."t0"
FROM (
  SELECT
    "t8"."unit_id",
    COUNT(*) AS "t0"
  FROM (
    SELECT
      "t3"."unit_id",
      "t3"."record_id"
    FROM (
      SELECT DISTINCT
        "t0"."unit_id",
        "t0"."record_id"
      FROM "base" AS "t0"
      WHERE
        "t0"."date_key" >= 1
    ) AS "t3"
    SEMI JOIN (
      SELECT
        "t5"."unit_id",
        "t5"."record_id"
      FROM (
        SELECT
          "t4"."unit_id",
          "t4"."record_id",
          COUNT(*) AS "n"
        FROM (
          SELECT
            *
          FROM "rows" AS "t1"
          WHERE
            "t1"."target_kind" IN ('notice')
            AND "t1"."after_days" >= 0
            AND "t1"."after_days" <= 30
            AND (
              (
                "t1"."day" * -1
              ) + (
                "t1"."after_days" * -1
              )
            ) >= 0
        ) AS "t4"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 1
    ) AS "t7"
      ON "t3"."unit_id" = "t7"."unit_id" AND "t3"."record_id" = "t7"."record_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- due
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."year" >= 0 AS "c0",
    "t0"."year" <= 0 AS "c1",
    NOT (
      "t0"."late"
    ) AS "c2"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;
