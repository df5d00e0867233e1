-- member
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."category" AS "code",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    NOT (
      "t0"."suspended"
    ) AS "c2",
    "t0"."group_id" >= 0 AS "c3",
    "t0"."group_id" <= 0 AS "c4"
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
    "t1"."c0" AND "t1"."c1") AS "t0",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    "t0"."members" >= 2 AS "c2",
    "t0"."leaders" >= 1 AS "c3"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- segment
SELECT
  "t1"."unit_id",
  "t1"."code",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t0",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c5" AND "t1"."c6" AND "t1"."c7" AND "t1"."c3" AND "t1"."c4") AS "t1",
  BIT_OR("t1"."v1") FILTER(WHERE
    "t1"."c0" AND "t1"."c8" AND "t1"."c9" AND "t1"."c10" AND "t1"."c3" AND "t1"."c4") AS "t2",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c11"
    AND "t1"."c12") AS "t3",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c11"
    AND "t1"."c12") AS "t4",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c13"
    AND "t1"."c14") AS "t5",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c13"
    AND "t1"."c14") AS "t6",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c15"
    AND "t1"."c16") AS "t7",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c15"
    AND "t1"."c16") AS "t8",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c17"
    AND "t1"."c18") AS "t9",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c17"
    AND "t1"."c18") AS "t10",
  BIT_OR("t1"."v1") FILTER(WHERE
    "t1"."c19"
    AND "t1"."c20"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c21"
    AND "t1"."c22"
    AND "t1"."c23") AS "t11",
  COUNT(*) FILTER(WHERE
    "t1"."c11" AND "t1"."c14") AS "t12",
  COUNT(*) FILTER(WHERE
    "t1"."c15" AND "t1"."c18") AS "t13",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c24") AS "t14",
  COUNT(*) FILTER(WHERE
    "t1"."c5" AND "t1"."c6" AND "t1"."c7" AND "t1"."c3" AND "t1"."c4" AND "t1"."c24") AS "t15",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4" AND "t1"."c24") AS "t16",
  COUNT(*) FILTER(WHERE
    "t1"."c19" AND "t1"."c20" AND "t1"."c3" AND "t1"."c4" AND "t1"."c24") AS "t17",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c8" AND "t1"."c9" AND "t1"."c10" AND "t1"."c3" AND "t1"."c4") AS "t18",
  COUNT(*) FILTER(WHERE
    "t1"."c5" AND "t1"."c6" AND "t1"."c7" AND "t1"."c3" AND "t1"."c4") AS "t19",
  COUNT(*) FILTER(WHERE
    "t1"."c19" AND "t1"."c20" AND "t1"."c3" AND "t1"."c4") AS "t20",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c6"
    AND "t1"."c25") AS "t21",
  COUNT(*) FILTER(WHERE
    "t1"."c5" AND "t1"."c6" AND "t1"."c7" AND "t1"."c3" AND "t1"."c4" AND "t1"."c25") AS "t22",
  COUNT(*) FILTER(WHERE
    "t1"."c19" AND "t1"."c20" AND "t1"."c3" AND "t1"."c4" AND "t1"."c6" AND "t1"."c25") AS "t23",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4") AS "t24",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c26") AS "t25",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c9"
    AND "t1"."c26") AS "t26",
  COUNT(*) AS "t27",
  COUNT(*) FILTER(WHERE
    "t1"."c3") AS "t28",
  COUNT(*) FILTER(WHERE
    "t1"."c27") AS "t29",
  COUNT(*) FILTER(WHERE
    "t1"."c28") AS "t30",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c8" AND "t1"."c9" AND "t1"."c10" AND "t1"."c3" AND "t1"."c4") AS "t31",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c29"
    AND "t1"."c18") AS "t32",
  COUNT(*) FILTER(WHERE
    "t1"."c5"
    AND "t1"."c6"
    AND "t1"."c7"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c29"
    AND "t1"."c18") AS "t33",
  COUNT(*) FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c29"
    AND "t1"."c18") AS "t34",
  BIT_OR("t1"."v1") FILTER(WHERE
    "t1"."c19" AND "t1"."c20" AND "t1"."c3" AND "t1"."c4") AS "t35",
  BIT_OR("t1"."v2") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3" AND "t1"."c4" AND "t1"."c30") AS "t36",
  BIT_OR("t1"."v2") FILTER(WHERE
    "t1"."c19" AND "t1"."c20" AND "t1"."c3" AND "t1"."c4" AND "t1"."c30") AS "t37",
  BIT_OR("t1"."v2") FILTER(WHERE
    "t1"."c0"
    AND "t1"."c8"
    AND "t1"."c9"
    AND "t1"."c10"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c30") AS "t38",
  COUNT(*) FILTER(WHERE
    "t1"."c31") AS "t39",
  COUNT(*) FILTER(WHERE
    "t1"."c32") AS "t40",
  COUNT(*) FILTER(WHERE
    "t1"."c33") AS "t41"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    CASE
      WHEN (
        "t0"."month" >= 1
      ) AND (
        "t0"."month" <= 62
      )
      THEN 1 << (
        "t0"."month" - 1
      )
      ELSE 0
    END AS "v0",
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
    END AS "v1",
    CAST(CASE
      WHEN "t0"."form" = 'service'
      THEN 1
      WHEN "t0"."form" = 'study'
      THEN 2
      WHEN "t0"."form" = 'visit'
      THEN 4
      ELSE 0
    END AS BIGINT) AS "v2",
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
    "t0"."presider_post" IN ('secretary') AS "c5",
    "t0"."due" >= 1 AS "c6",
    (
      (
        "t0"."present" * 2
      ) + (
        "t0"."due" * -1
      )
    ) >= 1 AS "c7",
    "t0"."presider_post" IN ('secretary', 'deputy') AS "c8",
    "t0"."entitled" >= 1 AS "c9",
    (
      (
        "t0"."present_entitled" * 2
      ) + (
        "t0"."entitled" * -1
      )
    ) >= 0 AS "c10",
    "t0"."month" >= 1 AS "c11",
    "t0"."month" <= 3 AS "c12",
    "t0"."month" >= 4 AS "c13",
    "t0"."month" <= 6 AS "c14",
    "t0"."month" >= 7 AS "c15",
    "t0"."month" <= 9 AS "c16",
    "t0"."month" >= 10 AS "c17",
    "t0"."month" <= 12 AS "c18",
    "t0"."recorder_post" IN ('org_member') AS "c19",
    "t0"."lecturer_post" IN ('secretary', 'deputy') AS "c20",
    "t0"."present" >= 2 AS "c21",
    "t0"."present" <= 30 AS "c22",
    "t0"."secretary_present" AS "c23",
    "t0"."form" IN ('visit', 'service') AS "c24",
    (
      (
        "t0"."present" * 100
      ) + (
        "t0"."due" * -80
      )
    ) >= 0 AS "c25",
    (
      (
        "t0"."present_entitled" * 3
      ) + (
        "t0"."entitled" * -2
      )
    ) >= 0 AS "c26",
    "t0"."entry_delay" <= 7 AS "c27",
    NOT (
      "t0"."late"
    ) AS "c28",
    "t0"."month" >= 12 AS "c29",
    "t0"."form" IN ('service', 'study', 'visit') AS "c30",
    NOT (
      "t0"."presider_post" IN ('secretary', 'deputy')
    )
    OR NOT (
      (
        "t0"."entitled" >= 1
      )
      AND (
        (
          (
            "t0"."present_entitled" * 2
          ) + (
            "t0"."entitled" * -1
          )
        ) >= 0
      )
    ) AS "c31",
    NOT (
      "t0"."presider_post" IN ('secretary')
    )
    OR NOT (
      (
        "t0"."due" >= 1
      )
      AND (
        (
          (
            "t0"."present" * 2
          ) + (
            "t0"."due" * -1
          )
        ) >= 1
      )
    ) AS "c32",
    NOT (
      (
        "t0"."present" + (
          "t0"."nonmembers" * -1
        )
      ) >= 0
    ) AS "c33"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- document
SELECT
  "t1"."unit_id",
  "t1"."code",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0"
    AND "t1"."c1"
    AND "t1"."c2"
    AND "t1"."c3"
    AND "t1"."c4"
    AND "t1"."c5"
    AND "t1"."c6"
    AND "t1"."c7"
    AND "t1"."c8") AS "t0",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c7" AND "t1"."c8") AS "t1",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c9" AND "t1"."c1" AND "t1"."c2" AND "t1"."c10" AND "t1"."c7" AND "t1"."c11") AS "t2",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c12" AND "t1"."c1" AND "t1"."c2" AND "t1"."c7" AND "t1"."c13") AS "t3",
  BIT_OR("t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c14" AND "t1"."c15" AND "t1"."c7" AND "t1"."c8") AS "t4",
  COUNT(*) FILTER(WHERE
    "t1"."c1" AND "t1"."c2" AND "t1"."c16") AS "t5",
  COUNT(*) FILTER(WHERE
    "t1"."c1" AND "t1"."c2" AND "t1"."c16" AND "t1"."c3") AS "t6",
  COUNT(*) FILTER(WHERE
    "t1"."c1" AND "t1"."c2") AS "t7"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."kind" AS "code",
    CASE
      WHEN (
        "t0"."index" >= 1
      ) AND (
        "t0"."index" <= 62
      )
      THEN 1 << (
        "t0"."index" - 1
      )
      ELSE 0
    END AS "v0",
    "t0"."period" IN ('year') AS "c0",
    "t0"."year" >= 0 AS "c1",
    "t0"."year" <= 0 AS "c2",
    "t0"."adopted" AS "c3",
    "t0"."items" >= 1 AS "c4",
    "t0"."items_unassigned" <= 0 AS "c5",
    "t0"."date_key" <= 331 AS "c6",
    "t0"."index" >= 1 AS "c7",
    "t0"."index" <= 1 AS "c8",
    "t0"."period" IN ('quarter') AS "c9",
    "t0"."items_unanswered" <= 0 AS "c10",
    "t0"."index" <= 4 AS "c11",
    "t0"."period" IN ('half') AS "c12",
    "t0"."index" <= 2 AS "c13",
    "t0"."year" >= -1 AS "c14",
    "t0"."year" <= -1 AS "c15",
    "t0"."kind" IN ('year_plan', 'summary') AS "c16"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

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

-- post_whole
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t0",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c3") AS "t1"
FROM (
  SELECT
    "t0"."unit_id",
    '' AS "code",
    "t0"."person_id" AS "v0",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    "t0"."post" IN ('secretary', 'deputy', 'org_member') AS "c2",
    "t0"."post" IN ('secretary', 'deputy') AS "c3"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- post
SELECT
  "t1"."unit_id",
  "t1"."code",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1") AS "t0",
  MAX("t1"."v0") FILTER(WHERE
    "t1"."c2") AS "t1",
  COUNT(*) FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c3") AS "t2"
FROM (
  SELECT
    "t0"."unit_id",
    "t0"."post" AS "code",
    "t0"."to_day" AS "v0",
    "t0"."from_day" <= 0 AS "c0",
    "t0"."to_day" >= 0 AS "c1",
    "t0"."to_day" <= -1 AS "c2",
    "t0"."has_duty" AS "c3"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- attendance
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
    "t0"."kind" IN ('assembly') AS "c0",
    "t0"."state" IN ('present') AS "c1"
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
    "t1"."c0" AND "t1"."c1" AND "t1"."c2" AND "t1"."c3") AS "t0",
  COUNT(DISTINCT "t1"."v0") FILTER(WHERE
    "t1"."c0" AND "t1"."c1" AND "t1"."c2") AS "t1"
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
    "t0"."leader" AS "c3"
  FROM "rows" AS "t0"
) AS "t1"
GROUP BY
  1,
  2;

-- member_part
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
        AND "t0"."leader"
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
            "t1"."kind" IN ('lecture') AND "t1"."role" IN ('lecturer')
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
            "t1"."state" IN ('present')
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t5"
      WHERE
        "t5"."n" >= 2
    ) AS "t7"
      ON "t4"."unit_id" = "t7"."unit_id" AND "t4"."person_id" = "t7"."person_id"
  ) AS "t8"
  GROUP BY
    1
) AS "t9";

-- post_part
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
        AND "t0"."post" IN ('secretary', 'deputy')
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
            "t1"."role" IN ('presider', 'lecturer')
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
