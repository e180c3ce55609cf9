import GRDB

/// The tables of the SQLite store, and how older databases become current ones.
enum SQLiteSchema {
  /// The migrations, oldest first; one that was released is never changed.
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("predictions") { database in
      try database.execute(sql: createPredictions)
    }
    migrator.registerMigration("garments") { database in
      try database.execute(
        sql: "ALTER TABLE predictions ADD COLUMN garment INTEGER NOT NULL DEFAULT 1")
    }
    migrator.registerMigration("history") { database in
      try database.execute(sql: createFacets)
      try database.execute(sql: createPictures)
      try database.execute(sql: createTriggers)
    }
    migrator.registerMigration("jobs") { database in
      try database.execute(sql: createJobs)
    }
    migrator.registerMigration("tallies") { database in
      try database.execute(sql: TallySchema.create)
    }
    migrator.registerMigration("job counts") { database in
      try database.execute(sql: "CREATE INDEX jobs_by_state ON jobs (kind, state)")
    }
    migrator.registerMigration("group counts") { database in
      try database.execute(sql: countGroups)
    }
    migrator.registerMigration("zones") { database in
      try database.execute(sql: ZoneSchema.create)
    }
    return migrator
  }

  private static let createPredictions = """
    CREATE TABLE predictions (
      id TEXT NOT NULL PRIMARY KEY,
      created_at TEXT NOT NULL,
      request_id TEXT NOT NULL,
      filename TEXT NOT NULL,
      model_used TEXT NOT NULL,
      model_version TEXT NOT NULL,
      predicted_class TEXT NOT NULL,
      confidence REAL NOT NULL,
      inference_time_ms REAL NOT NULL,
      top_k TEXT NOT NULL,
      uncertain INTEGER NOT NULL,
      preprocess TEXT NOT NULL,
      client_key_id TEXT NOT NULL,
      image_sha256 TEXT NOT NULL,
      true_label TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE prediction_counts (
      model_used TEXT NOT NULL,
      predicted_class TEXT NOT NULL,
      predictions INTEGER NOT NULL,
      PRIMARY KEY (model_used, predicted_class)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER count_inserted_predictions AFTER INSERT ON predictions BEGIN
      INSERT INTO prediction_counts VALUES (new.model_used, new.predicted_class, 1)
        ON CONFLICT DO UPDATE SET predictions = predictions + 1;
    END;

    CREATE TRIGGER count_deleted_predictions AFTER DELETE ON predictions BEGIN
      UPDATE prediction_counts SET predictions = predictions - 1
        WHERE model_used = old.model_used AND predicted_class = old.predicted_class;
    END;
    """

  /// A facet is a combination of what filters ask for, so that one index serves every combination of
  /// filters: it holds the predictions of each facet by time, with what is left to look at. An index of
  /// those with a label costs nothing until somebody says what a picture shows.
  ///
  /// The facets also hold the counts. `removals` grows with every prediction that is taken away, so
  /// that of two states of the counts the later one can be told.
  private static let createFacets = """
    DROP TRIGGER count_inserted_predictions;
    DROP TRIGGER count_deleted_predictions;
    DROP TABLE prediction_counts;

    CREATE TABLE prediction_facets (
      facet INTEGER PRIMARY KEY,
      model_used TEXT NOT NULL,
      model_version TEXT NOT NULL,
      predicted_class TEXT NOT NULL,
      uncertain INTEGER NOT NULL,
      true_label TEXT NOT NULL,
      predictions INTEGER NOT NULL DEFAULT 0,
      removals INTEGER NOT NULL DEFAULT 0,
      UNIQUE (model_used, model_version, predicted_class, uncertain, true_label)
    ) STRICT;

    INSERT INTO prediction_facets (
      model_used, model_version, predicted_class, uncertain, true_label, predictions
    )
    SELECT model_used, model_version, predicted_class, uncertain, ifnull(true_label, ''), count(*)
      FROM predictions GROUP BY 1, 2, 3, 4, 5;

    ALTER TABLE predictions ADD COLUMN facet INTEGER NOT NULL DEFAULT 0;
    UPDATE predictions SET facet = (
      SELECT facet FROM prediction_facets AS facets
      WHERE facets.model_used = predictions.model_used
        AND facets.model_version = predictions.model_version
        AND facets.predicted_class = predictions.predicted_class
        AND facets.uncertain = predictions.uncertain
        AND facets.true_label = ifnull(predictions.true_label, '')
    );
    CREATE INDEX predictions_by_facet ON predictions (facet, id, confidence, filename);
    CREATE INDEX predictions_labelled ON predictions (id, true_label, predicted_class)
      WHERE true_label IS NOT NULL;
    """

  /// In a table of their own, so that reading records does not read pictures. Their numbers grow, so
  /// that a picture only ever goes to the end of the table.
  private static let createPictures = """
    CREATE TABLE prediction_pictures (
      number INTEGER PRIMARY KEY,
      pixels BLOB NOT NULL
    ) STRICT;

    ALTER TABLE predictions ADD COLUMN picture INTEGER;
    """

  /// Triggers keep the counts exact in the very transaction that adds, labels or removes records, so
  /// that reading them never scans the table.
  private static let createTriggers = """
    CREATE TRIGGER count_inserted_predictions AFTER INSERT ON predictions BEGIN
      UPDATE prediction_facets SET predictions = predictions + 1 WHERE facet = new.facet;
    END;

    CREATE TRIGGER count_labelled_predictions AFTER UPDATE OF facet ON predictions BEGIN
      UPDATE prediction_facets SET predictions = predictions - 1 WHERE facet = old.facet;
      UPDATE prediction_facets SET predictions = predictions + 1 WHERE facet = new.facet;
    END;

    CREATE TRIGGER count_deleted_predictions AFTER DELETE ON predictions BEGIN
      UPDATE prediction_facets SET predictions = predictions - 1, removals = removals + 1
        WHERE facet = old.facet;
      DELETE FROM prediction_pictures WHERE number = old.picture;
    END;
    """

  /// Records that are stored together are counted together: whoever does that marks their rows as
  /// counted, and the triggers leave those alone. What knows nothing of the mark, such as a server of an
  /// older version that has the database open, is counted for by the triggers as before.
  private static let countGroups = """
    ALTER TABLE predictions ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;

    DROP TRIGGER count_inserted_predictions;
    CREATE TRIGGER count_inserted_predictions AFTER INSERT ON predictions WHEN NOT new.counted BEGIN
      UPDATE prediction_facets SET predictions = predictions + 1 WHERE facet = new.facet;
    END;

    DROP TRIGGER tally_inserted_predictions;
    \(TallySchema.tallyInserted(when: "NOT new.counted"))
    """

  /// `attempts` counts workers that took a job, `crashes` those of them that died since the last
  /// checkpoint. A claim is `worker` until `lease_until`, in milliseconds since 1970.
  private static let createJobs = """
    CREATE TABLE jobs (
      id TEXT NOT NULL PRIMARY KEY,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      parameters TEXT NOT NULL,
      owner_key_id TEXT NOT NULL,
      created_at TEXT NOT NULL,
      started_at TEXT,
      ended_at TEXT,
      done INTEGER NOT NULL DEFAULT 0,
      total INTEGER,
      unit TEXT NOT NULL DEFAULT '',
      detail TEXT,
      result TEXT,
      error_code TEXT,
      error_message TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      crashes INTEGER NOT NULL DEFAULT 0,
      cancellation_requested INTEGER NOT NULL DEFAULT 0,
      revision INTEGER NOT NULL DEFAULT 0,
      checkpoint TEXT,
      worker TEXT,
      lease_until INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX jobs_to_do ON jobs (kind, id) WHERE state IN ('queued', 'running');
    CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;

    CREATE TABLE job_events (
      job TEXT NOT NULL,
      number INTEGER NOT NULL,
      created_at TEXT NOT NULL,
      name TEXT NOT NULL,
      data TEXT NOT NULL,
      PRIMARY KEY (job, number)
    ) STRICT, WITHOUT ROWID;
    """
}
